//! Signers that follow from signatures.

use super::checks::{Check, Kind};
use crate::keccak::keccak256;
use crate::secp::recover;

/// Whether the signature's key is that of the address.
pub fn is_signer(check: &Check, bytes: &[u8]) -> bool {
    let (text, address) = (check.pairs[0].text(bytes), check.pairs[0].key(bytes));
    let digest = if check.kind == Kind::Eth { keccak256(text) } else { blake2b(text) };
    let Some(key) = recover(digest, check.signature(bytes)) else { return false };
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
