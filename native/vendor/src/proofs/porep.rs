//! Inputs of proofs of replication. Source: crates filecoin-proofs and storage-proofs-porep 19.1.

use super::parents::Graph;
use super::scalar::Scalar;
use super::sizes::*;
use blake2b_simd::Params;
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use sha2::{Digest, Sha256};

/// Challenges from which synthetic proofs choose, where the sector has as many nodes.
const MOST_SYNTHETIC: u64 = 1 << 18;

/// How challenges come about. Types of each series have the order of the sizes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Series {
    V1,
    V1p1,
    Synthetic,
    NonInteractive,
}

/// A registered type of seal proofs.
#[derive(Clone, Copy)]
pub struct SealType {
    number: u8,
    pub series: Series,
    pub size: Size,
}

impl SealType {
    pub fn new(number: u8) -> Option<Self> {
        let all = [Series::V1, Series::V1p1, Series::Synthetic, Series::NonInteractive];
        let series = *all.get(usize::from(number) / SIZES)?;
        Some(SealType { number, series, size: usize::from(number) % SIZES })
    }

    pub fn partitions(self) -> usize {
        match self.series {
            Series::NonInteractive => NON_INTERACTIVE_PARTITIONS[self.size],
            _ => SEAL_PARTITIONS[self.size],
        }
    }

    fn id(self) -> [u8; 32] {
        let mut id = [0; 32];
        id[0] = self.number;
        id
    }

    pub fn graph(self) -> Graph {
        Graph::new(NODES[self.size], &self.id(), self.series == Series::V1)
    }
}

/// A sector as its seal proof is about it.
pub struct Sector<'a> {
    pub number: u64,
    pub ticket: &'a [u8; 32],
    pub seed: &'a [u8; 32],
    pub sealed: &'a [u8; 32],
    pub unsealed: &'a [u8; 32],
}

impl Sector<'_> {
    /// Inputs of each partition; nothing if a commitment is no number of the field.
    pub fn inputs(&self, kind: SealType, graph: &Graph, prover: &[u8; 32]) -> Option<Vec<Vec<Scalar>>> {
        let replica = self.replica(kind, prover);
        let head = [
            Scalar::from_bytes(&replica)?,
            Scalar::from_bytes(self.unsealed)?,
            Scalar::from_bytes(self.sealed)?,
        ];
        let mut challenges = self.challenges(kind, &replica);
        let of_partition = |_| {
            let mut inputs = head.to_vec();
            for challenge in challenges.by_ref().take(SEAL_CHALLENGES[kind.size]) {
                let nodes = std::iter::once(challenge)
                    .chain(graph.base_parents(challenge))
                    .chain(graph.expander_parents(challenge))
                    .chain([challenge; 3]);
                inputs.extend(nodes.map(Scalar::from));
            }
            inputs
        };
        Some((0..kind.partitions()).map(of_partition).collect())
    }

    /// Names a replica by its sector, and by when and by whom it was sealed.
    fn replica(&self, kind: SealType, prover: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(prover);
        hash.update(self.number.to_be_bytes());
        hash.update(self.ticket);
        hash.update(self.unsealed);
        hash.update(kind.id());
        let mut replica: [u8; 32] = hash.finalize().into();
        replica[31] &= 0x3f;
        replica
    }

    /// Numbers of the nodes that are proved, without end.
    fn challenges(&self, kind: SealType, replica: &[u8; 32]) -> Box<dyn Iterator<Item = u64>> {
        let nodes = NODES[kind.size];
        let hashed = |hash: Sha256| {
            Box::new((0_u32..).map(move |j| {
                let digest = hash.clone().chain_update(j.to_le_bytes()).finalize();
                challenge(&digest, nodes)
            }))
        };
        match kind.series {
            Series::V1 | Series::V1p1 => hashed(Sha256::new().chain_update(replica).chain_update(self.seed)),
            Series::NonInteractive => hashed(
                Sha256::new()
                    .chain_update("filecoin.io|PoRep|1|NonInteractive|1")
                    .chain_update(replica)
                    .chain_update(self.sealed),
            ),
            Series::Synthetic => {
                let mut selection =
                    synthetic("filecoin.io|PoRep|1|Synthetic|1|Selection", replica, self.seed);
                let mut generation =
                    synthetic("filecoin.io|PoRep|1|Synthetic|1|Generation", replica, self.sealed);
                Box::new(std::iter::from_fn(move || {
                    let (mut index, mut bytes) = ([0; 4], [0; 32]);
                    selection.apply_keystream(&mut index);
                    let index = u64::from(u32::from_le_bytes(index)) % nodes.min(MOST_SYNTHETIC);
                    generation.seek(32 * index);
                    generation.apply_keystream(&mut bytes);
                    Some(challenge(&bytes, nodes))
                }))
            }
        }
    }
}

fn synthetic(purpose: &str, replica: &[u8; 32], other: &[u8; 32]) -> ChaCha20 {
    let mut hash = Params::new().hash_length(32).key(purpose.as_bytes()).to_state();
    let key: [u8; 32] =
        *hash.update(replica).update(other).finalize().as_bytes().first_chunk().expect("32 bytes");
    ChaCha20::new(&key.into(), b"synth-porep\0".into())
}

/// A node but the first by a long number, whose low byte is the first.
fn challenge(bytes: &[u8], nodes: u64) -> u64 {
    let modulus = u128::from(nodes - 1);
    let rest = bytes.iter().rev().fold(0, |rest, &byte| (rest << 8 | u128::from(byte)) % modulus);
    rest as u64 + 1
}
