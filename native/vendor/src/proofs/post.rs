//! Inputs of proofs of spacetime and of updates. Source: crates storage-proofs-post and storage-proofs-update 19.1.

use super::parents::number;
use super::scalar::Scalar;
use super::sizes::*;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Challenges of each sector.
const WINDOW_CHALLENGES: u64 = 10;
const WINNING_CHALLENGES: u64 = 66;

pub struct Replica<'a> {
    pub number: u64,
    pub sealed: &'a [u8; 32],
}

impl Replica<'_> {
    /// Nothing if it is no number of the field.
    fn commitment(&self) -> Option<Scalar> {
        Scalar::from_bytes(self.sealed)
    }

    fn challenges(
        &self,
        randomness: &[u8; 32],
        size: Size,
        numbers: Range<u64>,
    ) -> impl Iterator<Item = Scalar> + use<> {
        let hash = Sha256::new().chain_update(randomness).chain_update(self.number.to_le_bytes());
        numbers.map(move |j| {
            let digest = hash.clone().chain_update(j.to_le_bytes()).finalize();
            Scalar::from(number(&digest) % NODES[size])
        })
    }
}

/// Inputs of each partition. A partition that is not full has its last sector again and again.
///
/// `counts_on`: numbers of challenges go on from sector to sector, as in the first version.
pub fn window_inputs(
    replicas: &[Replica],
    randomness: &[u8; 32],
    size: Size,
    counts_on: bool,
) -> Option<Vec<Vec<Scalar>>> {
    let room = WINDOW_SECTORS[size];
    let all: Vec<Vec<Scalar>> = (0_u64..)
        .zip(replicas)
        .map(|(i, replica)| {
            let first = if counts_on { WINDOW_CHALLENGES * i } else { 0 };
            let challenges = replica.challenges(randomness, size, first..first + WINDOW_CHALLENGES);
            Some(std::iter::once(replica.commitment()?).chain(challenges).collect())
        })
        .collect::<Option<_>>()?;
    let partitions = all.chunks(room).map(|some| {
        let last = some.last().into_iter().cycle();
        some.iter().chain(last).take(room).flatten().copied().collect()
    });
    Some(partitions.collect())
}

/// Inputs of the one partition, which is about one sector.
pub fn winning_inputs(replica: &Replica, randomness: &[u8; 32], size: Size) -> Option<Vec<Vec<Scalar>>> {
    let commitment = replica.commitment()?;
    let challenges = replica.challenges(randomness, size, 0..WINNING_CHALLENGES);
    Some(vec![challenges.flat_map(|challenge| [commitment, challenge]).collect()])
}

/// Inputs of each partition of an update. A sector of 2 KiB has one hash of its nodes' choice, others have eight.
pub fn update_inputs(
    old_sealed: &[u8; 32],
    new_unsealed: &[u8; 32],
    new_sealed: &[u8; 32],
    size: Size,
) -> Option<Vec<Vec<Scalar>>> {
    let partitions = UPDATE_PARTITIONS[size] as u64;
    let hashes = if size == 0 { 1 } else { 8 };
    let commitments = [old_sealed, new_unsealed, new_sealed].map(Scalar::from_bytes);
    let [old, unsealed, new] = commitments;
    let (old, unsealed, new) = (old?, unsealed?, new?);
    let of_partition = |k| vec![Scalar::from(k | hashes * partitions), old, unsealed, new];
    Some((0..partitions).map(of_partition).collect())
}
