//! On which nodes a node depends that is sealed: in its layer and in the one before. Source: crates storage-proofs-core
//! (drgraph, feistel) and storage-proofs-porep 19.1.

use blake2b_simd::blake2b;
use chacha20::ChaCha8;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use sha2::{Digest, Sha256};

const BASE_PARENTS: usize = 6;
const EXPANDER_PARENTS: u64 = 8;
const ROUNDS: usize = 3;

pub struct Graph {
    nodes: u64,
    /// The first version of proofs has the node before last, and knows 32 bits of expander parents only.
    is_first: bool,
    base_seed: [u8; 28],
    round_keys: [u64; ROUNDS],
    /// Bits of half a number that is permuted.
    half_bits: u32,
}

impl Graph {
    pub fn new(nodes: u64, porep_id: &[u8; 32], is_first: bool) -> Self {
        let keys = Sha256::new().chain_update("Filecoin_Feistel").chain_update(porep_id).finalize();
        let seed = Sha256::new().chain_update("Filecoin_DRSample").chain_update(porep_id).finalize();
        let bits = (EXPANDER_PARENTS * nodes).next_power_of_two().ilog2();
        Graph {
            nodes,
            is_first,
            base_seed: *seed.first_chunk().expect("a digest has 32 bytes"),
            round_keys: std::array::from_fn(|i| number(&keys[8 * i..])),
            half_bits: bits.div_ceil(2),
        }
    }

    /// Parents in the same layer.
    pub fn base_parents(&self, node: u64) -> [u64; BASE_PARENTS] {
        let mut parents = [0; BASE_PARENTS];
        if node < 2 {
            return parents;
        }
        let (before, sampled) = match &mut parents {
            [sampled @ .., before] if self.is_first => (before, sampled),
            [before, sampled @ ..] => (before, sampled),
        };
        *before = node - 1;
        let mut key = [0; 32];
        key[..28].copy_from_slice(&self.base_seed);
        key[28..].copy_from_slice(&(node as u32).to_le_bytes());
        let mut random = [0; 16 * (BASE_PARENTS - 1)];
        ChaCha8::new(&key.into(), &[0; 12].into()).apply_keystream(&mut random);
        let count = sampled.len() as u64;
        let edges = count * node;
        let buckets = u64::from(edges.next_power_of_two().ilog2());
        for (parent, random) in sampled.iter_mut().zip(random.chunks_exact(16)) {
            let bucket = number(random) % buckets + 1;
            let large = edges.min(1 << bucket);
            let small = (large / 2).max(2);
            let distance = small + number(&random[8..]) % (large - small + 1);
            let back = (edges - distance) / count;
            *parent = if back == node { node - 1 } else { back };
        }
        parents
    }

    /// Parents in the layer before.
    pub fn expander_parents(&self, node: u64) -> impl Iterator<Item = u64> + '_ {
        let edges = EXPANDER_PARENTS * self.nodes;
        (0..EXPANDER_PARENTS).map(move |i| {
            let mut edge = self.permute(EXPANDER_PARENTS * node + i);
            while edge >= edges {
                edge = self.permute(edge);
            }
            if self.is_first { u64::from(edge as u32) / EXPANDER_PARENTS } else { edge / EXPANDER_PARENTS }
        })
    }

    /// A Feistel network.
    fn permute(&self, index: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let halves = (index >> self.half_bits, index & mask);
        let (left, right) = self.round_keys.iter().fold(halves, |(left, right), key| {
            let mut message = [0; 16];
            message[..8].copy_from_slice(&right.to_be_bytes());
            message[8..].copy_from_slice(&key.to_be_bytes());
            let hash = *blake2b(&message).as_array();
            let hash = u64::from_be_bytes(*hash.first_chunk().expect("a digest has 64 bytes"));
            (right, left ^ (hash & mask))
        });
        left << self.half_bits | right
    }
}

/// The first eight bytes, the low one first.
pub fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(*bytes.first_chunk().expect("eight bytes"))
}
