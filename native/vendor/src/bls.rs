//! BLS signatures: keys in G1, signatures in G2, as Filecoin has them.

mod keys;
mod multiples;
mod sign;

use crate::ffi::{guard, slice};
use blst::BLST_ERROR;
use blst::min_pk::{PublicKey, Signature};
use blst::min_sig;

pub use keys::public_key;

pub const DST: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
pub const DST_IN_G1: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// Refuses malformed points, points outside the subgroup, the identity key and equal texts
/// (the aggregate scheme without proofs of possession is sound for distinct texts only).
fn verify(signature: &[u8], keys: &[u8], texts: &[&[u8]]) -> bool {
    let Ok(signature) = Signature::from_bytes(signature) else { return false };
    let Some(keys) = keys.chunks_exact(48).map(public_key).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let mut sorted = texts.to_vec();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return false;
    }
    let keys: Vec<&PublicKey> = keys.iter().collect();
    signature.aggregate_verify(true, texts, DST, &keys, false) == BLST_ERROR::BLST_SUCCESS
}

/// With the key in G2 and the signature in G1, as the beacon quicknet has them. Refuses what `verify` does.
fn verify_in_g1(signature: &[u8], key: &[u8], text: &[u8]) -> bool {
    let (Ok(signature), Ok(key)) =
        (min_sig::Signature::from_bytes(signature), min_sig::PublicKey::key_validate(key))
    else {
        return false;
    };
    signature.verify(true, text, DST_IN_G1, &[], &key, false) == BLST_ERROR::BLST_SUCCESS
}

/// # Safety
/// `signature` is 96 and `key` 48 bytes long, `text` is valid for `text_len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_verify(
    signature: *const u8,
    key: *const u8,
    text: *const u8,
    text_len: usize,
) -> bool {
    let (signature, key, text) = unsafe { (slice(signature, 96), slice(key, 48), slice(text, text_len)) };
    guard(false, || verify(signature, key, &[text]))
}

/// # Safety
/// `signature` is 48 and `key` 96 bytes long, `text` is valid for `text_len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_verify_in_g1(
    signature: *const u8,
    key: *const u8,
    text: *const u8,
    text_len: usize,
) -> bool {
    let (signature, key, text) = unsafe { (slice(signature, 48), slice(key, 96), slice(text, text_len)) };
    guard(false, || verify_in_g1(signature, key, text))
}

/// # Safety
/// `signature` is 96 bytes, `keys` 48 n bytes, `lens` n numbers and `texts` as long as their sum.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_verify_aggregate(
    signature: *const u8,
    n: usize,
    keys: *const u8,
    texts: *const u8,
    lens: *const u32,
) -> bool {
    if n == 0 {
        return true;
    }
    let (signature, keys) = unsafe { (slice(signature, 96), slice(keys, n * 48)) };
    let lens = unsafe { std::slice::from_raw_parts(lens, n) };
    let total = lens.iter().map(|&len| len as usize).sum();
    let mut rest = unsafe { slice(texts, total) };
    let mut parts = Vec::with_capacity(n);
    for &len in lens {
        let (part, after) = rest.split_at(len as usize);
        parts.push(part);
        rest = after;
    }
    guard(false, || verify(signature, keys, &parts))
}
