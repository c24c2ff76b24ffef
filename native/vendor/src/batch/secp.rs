//! Signers that follow from signatures.

use super::checks::{Checks, Kind};
use crate::keccak::keccak256;
use crate::secp::recover;

/// Whether the signature's key is that of the address.
pub fn is_signer(checks: &Checks, place: usize) -> bool {
    let check = &checks.distinct[place];
    let (text, address) = (checks.text(check.pairs[0].text), checks.key(check.pairs[0].key));
    let digest = if check.kind == Kind::Eth { keccak256(text) } else { blake2b(text) };
    let Some(key) = recover(digest, checks.signature(place)) else { return false };
    if check.kind == Kind::Eth {
        keccak256(&key[1..])[12..] == *address
    } else {
        blake2b::<20>(&key) == *address
    }
}

fn blake2b<const N: usize>(data: &[u8]) -> [u8; N] {
    let hash = blake2b_simd::Params::new().hash_length(N).hash(data);
    hash.as_bytes().try_into().expect("as long as was asked for")
}
