//! BLS keys and signatures. Secret keys are numbers of 32 bytes, the low byte first, as Filecoin's wallets keep them.

use super::{DST, DST_IN_G1};
use crate::ffi::{give, guard, slice};
use blst::blst_p2_affine;
use blst::min_pk::{AggregateSignature, SecretKey, Signature};
use blst::min_sig;

const SECRET_BYTES: usize = 32;

/// Nothing if it is 0, or not below the order of the group.
fn secret_key(bytes: &[u8]) -> Option<SecretKey> {
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    SecretKey::from_bytes(&reversed).ok()
}

/// As `secret_key`, for keys in G2 and signatures in G1.
fn secret_key_for_g1(bytes: &[u8]) -> Option<min_sig::SecretKey> {
    min_sig::SecretKey::from_bytes(&secret_key(bytes)?.to_bytes()).ok()
}

fn aggregate(signatures: &[u8]) -> Option<[u8; 96]> {
    let signatures: Vec<&[u8]> = signatures.chunks_exact(96).collect();
    if signatures.is_empty() {
        return Some(Signature::from(blst_p2_affine::default()).to_bytes());
    }
    let sum = AggregateSignature::aggregate_serialized(&signatures, true).ok()?;
    Some(sum.to_signature().to_bytes())
}

/// # Safety
/// `seed` is 32 bytes, and `secret` has room for 32.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_secret(seed: *const u8, secret: *mut u8) -> bool {
    let seed = unsafe { slice(seed, SECRET_BYTES) };
    let made = guard(None, || {
        let mut bytes = SecretKey::key_gen(seed, &[]).ok()?.to_bytes();
        bytes.reverse();
        Some(bytes)
    });
    unsafe { give(made, secret) }
}

/// # Safety
/// `secret` is 32 bytes, and `key` has room for 48.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_public_key(secret: *const u8, key: *mut u8) -> bool {
    let secret = unsafe { slice(secret, SECRET_BYTES) };
    unsafe { give(guard(None, || Some(secret_key(secret)?.sk_to_pk().to_bytes())), key) }
}

/// # Safety
/// `secret` is 32 bytes, `text` is valid for `text_len` bytes, and `signature` has room for 96.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_sign(
    secret: *const u8,
    text: *const u8,
    text_len: usize,
    signature: *mut u8,
) -> bool {
    let (secret, text) = unsafe { (slice(secret, SECRET_BYTES), slice(text, text_len)) };
    unsafe { give(guard(None, || Some(secret_key(secret)?.sign(text, DST, &[]).to_bytes())), signature) }
}

/// # Safety
/// `secret` is 32 bytes, and `key` has room for 96.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_public_key_in_g2(secret: *const u8, key: *mut u8) -> bool {
    let secret = unsafe { slice(secret, SECRET_BYTES) };
    unsafe { give(guard(None, || Some(secret_key_for_g1(secret)?.sk_to_pk().to_bytes())), key) }
}

/// # Safety
/// `secret` is 32 bytes, `text` is valid for `text_len` bytes, and `signature` has room for 48.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_sign_in_g1(
    secret: *const u8,
    text: *const u8,
    text_len: usize,
    signature: *mut u8,
) -> bool {
    let (secret, text) = unsafe { (slice(secret, SECRET_BYTES), slice(text, text_len)) };
    let made = guard(None, || Some(secret_key_for_g1(secret)?.sign(text, DST_IN_G1, &[]).to_bytes()));
    unsafe { give(made, signature) }
}

/// # Safety
/// `signatures` is 96 n bytes, and `out` has room for 96.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_aggregate(signatures: *const u8, n: usize, out: *mut u8) -> bool {
    let signatures = unsafe { slice(signatures, n * 96) };
    unsafe { give(guard(None, || aggregate(signatures)), out) }
}
