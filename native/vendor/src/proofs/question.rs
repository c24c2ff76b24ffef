//! Questions to verify, packed as src/vm/proofs/packed-question.ts does.

use super::Verdict;
use super::aggregate::{self, Srs, Version};
use super::groth16::{self, Key, take};
use super::porep::{SealType, Sector, Series};
use super::post::*;
use super::scalar::Scalar;
use super::sizes::SIZES;
use sha2::{Digest, Sha256};

/// The first byte.
mod kind {
    pub const SEAL: u8 = 0;
    pub const AGGREGATE: u8 = 1;
    pub const WINDOW_POST: u8 = 2;
    pub const WINNING_POST: u8 = 3;
    pub const UPDATE: u8 = 4;
}

/// First registered types of window PoSts that begin to count challenges anew in each sector.
const FIRST_WINDOW_V1: usize = 5;
const FIRST_WINDOW_V1P1: usize = 10;

/// Nothing if the bytes are no question, the key is of another circuit or there is no randomness.
pub fn answer(key: &Key, mut bytes: &[u8]) -> Option<Verdict> {
    let rest = &mut bytes;
    let [kind, number] = *take(rest)?;
    match kind {
        kind::SEAL => {
            let (kind, prover) = (SealType::new(number)?, take(rest)?);
            let sector = sector(rest)?;
            plain(key, rest, sector.inputs(kind, &kind.graph(), prover))
        }
        kind::AGGREGATE => aggregated(key, SealType::new(number)?, rest),
        kind::WINDOW_POST => {
            let counts_on = usize::from(number) < FIRST_WINDOW_V1P1;
            let size = usize::from(number).checked_sub(FIRST_WINDOW_V1)? % SIZES;
            let randomness = take(rest)?;
            let replicas = many(rest, replica)?;
            plain(key, rest, window_inputs(&replicas, randomness, size, counts_on))
        }
        kind::WINNING_POST => {
            let (randomness, replica) = (take(rest)?, replica(rest)?);
            plain(key, rest, winning_inputs(&replica, randomness, usize::from(number) % SIZES))
        }
        kind::UPDATE => {
            let (old_sealed, new_unsealed, new_sealed) = (take(rest)?, take(rest)?, take(rest)?);
            let size = usize::from(number);
            plain(key, rest, update_inputs(old_sealed, new_unsealed, new_sealed, size))
        }
        _ => None,
    }
}

/// One proof for each list of inputs.
fn plain(key: &Key, proof: &[u8], inputs: Option<Vec<Vec<Scalar>>>) -> Option<Verdict> {
    let Some(inputs) = inputs else { return Some(Verdict::Malformed) };
    let Some(proofs) = groth16::Proof::read_all(proof, inputs.len()) else { return Some(Verdict::Malformed) };
    groth16::verify(key, &proofs, &inputs).map(Verdict::from)
}

/// The reference fills lists of inputs up to a power of two with the last one.
fn aggregated(key: &Key, kind: SealType, rest: &mut &[u8]) -> Option<Verdict> {
    let version = match take(rest)? {
        [0] => Version::V1,
        [1] => Version::V2,
        _ => return None,
    };
    let most = u32::from_le_bytes(*take(rest)?) as usize;
    let (srs, prover) = (Srs::read(rest)?, take(rest)?);
    let sectors = many(rest, sector)?;
    let count = (sectors.len() * kind.partitions()).next_power_of_two().max(2);
    // The reference's library panics where the SRS has too few powers.
    if count > most {
        return Some(Verdict::Malformed);
    }
    let Some(proof) = aggregate::Proof::read(rest, count) else { return Some(Verdict::Malformed) };
    let graph = kind.graph();
    let lists: Option<Vec<_>> = sectors.iter().map(|sector| sector.inputs(kind, &graph, prover)).collect();
    let Some(lists) = lists else { return Some(Verdict::Malformed) };
    let mut inputs: Vec<Vec<Scalar>> = lists.into_iter().flatten().collect();
    inputs.resize(count, inputs.last()?.clone());
    let mut said = Sha256::new();
    for sector in &sectors {
        if kind.series != Series::NonInteractive {
            said.update(sector.seed);
        }
        said.update(sector.sealed);
    }
    aggregate::verify(key, &srs, &proof, &inputs, &said.finalize().into(), version).map(Verdict::from)
}

fn sector<'a>(rest: &mut &'a [u8]) -> Option<Sector<'a>> {
    Some(Sector {
        number: u64::from_le_bytes(*take(rest)?),
        ticket: take(rest)?,
        seed: take(rest)?,
        sealed: take(rest)?,
        unsealed: take(rest)?,
    })
}

fn replica<'a>(rest: &mut &'a [u8]) -> Option<Replica<'a>> {
    Some(Replica { number: u64::from_le_bytes(*take(rest)?), sealed: take(rest)? })
}

/// Behind their number, at least one.
fn many<'a, T>(rest: &mut &'a [u8], read: fn(&mut &'a [u8]) -> Option<T>) -> Option<Vec<T>> {
    let count = u32::from_le_bytes(*take(rest)?);
    let read: Vec<T> = (0..count).map_while(|_| read(rest)).collect();
    (read.len() == count as usize && count > 0).then_some(read)
}
