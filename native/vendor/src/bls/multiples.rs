//! Aggregates in which each key counts with a factor of its own (BDN), as certificates of F3 have them. Multiples depend
//! on the table of keys alone, so they are made once per table; for each certificate they are only summed.

use super::{DST, public_key};
use crate::ffi::{guard, slice};
use blst::min_pk::{PublicKey, Signature};
use blst::*;

const FACTOR_BYTES: usize = 17;
const POINT_BYTES: usize = 96;

/// The factor's multiple of a key, uncompressed; nothing for what is no key.
fn multiple(key: &[u8], factor: &[u8]) -> Option<[u8; POINT_BYTES]> {
    let affine: blst_p1_affine = public_key(key)?.into();
    let (mut point, mut out) = (blst_p1::default(), [0; POINT_BYTES]);
    // SAFETY: the factor has as many bits as it is said to have, and the others have room for what is written.
    unsafe {
        blst_p1_from_affine(&mut point, &affine);
        let base = point;
        blst_p1_mult(&mut point, &base, factor.as_ptr(), 8 * FACTOR_BYTES);
        blst_p1_serialize(out.as_mut_ptr(), &point);
    }
    Some(out)
}

/// Nothing if a point is not on the curve, or the sum is the identity.
fn sum(points: &[u8]) -> Option<PublicKey> {
    let mut sum = blst_p1::default();
    for bytes in points.chunks_exact(POINT_BYTES) {
        let mut point = blst_p1_affine::default();
        // SAFETY: the bytes are as many as a point has.
        if unsafe { blst_p1_deserialize(&mut point, bytes.as_ptr()) } != BLST_ERROR::BLST_SUCCESS {
            return None;
        }
        let before = sum;
        unsafe { blst_p1_add_or_double_affine(&mut sum, &before, &point) };
    }
    if unsafe { blst_p1_is_inf(&sum) } {
        return None;
    }
    let mut affine = blst_p1_affine::default();
    unsafe { blst_p1_to_affine(&mut affine, &sum) };
    Some(affine.into())
}

fn verify(signature: &[u8], points: &[u8], text: &[u8]) -> bool {
    let (Ok(signature), Some(key)) = (Signature::from_bytes(signature), sum(points)) else { return false };
    signature.verify(true, text, DST, &[], &key, false) == BLST_ERROR::BLST_SUCCESS
}

/// # Safety
/// `keys` is 48 n bytes, `factors` 17 n, and `out` has room for 96 n.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_multiples(
    n: usize,
    keys: *const u8,
    factors: *const u8,
    out: *mut u8,
) -> usize {
    let (keys, factors) = unsafe { (slice(keys, n * 48), slice(factors, n * FACTOR_BYTES)) };
    let pairs = keys.chunks_exact(48).zip(factors.chunks_exact(FACTOR_BYTES));
    for (i, (key, factor)) in pairs.enumerate() {
        let Some(point) = guard(None, || multiple(key, factor)) else { return i };
        unsafe { std::ptr::copy_nonoverlapping(point.as_ptr(), out.add(i * POINT_BYTES), POINT_BYTES) };
    }
    n
}

/// # Safety
/// `signature` is 96 bytes, `points` 96 n, `text` is valid for `text_len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_bls_verify_sum(
    signature: *const u8,
    n: usize,
    points: *const u8,
    text: *const u8,
    text_len: usize,
) -> bool {
    let (signature, points) = unsafe { (slice(signature, 96), slice(points, n * POINT_BYTES)) };
    let text = unsafe { slice(text, text_len) };
    guard(false, || verify(signature, points, text))
}
