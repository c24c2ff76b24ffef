//! The hash functions that actors may call.

use crate::ffi::slice;
use sha2::Digest;

fn digest<D: Digest>(data: *const u8, len: usize, out: *mut u8) {
    // SAFETY: the caller gives `len` readable bytes and room for one digest.
    unsafe {
        let digest = D::digest(slice(data, len));
        std::ptr::copy_nonoverlapping(digest.as_ptr(), out, digest.len());
    }
}

#[unsafe(no_mangle)]
extern "C" fn fvm_sha256(data: *const u8, len: usize, out: *mut u8) {
    digest::<sha2::Sha256>(data, len, out);
}

#[unsafe(no_mangle)]
extern "C" fn fvm_keccak256(data: *const u8, len: usize, out: *mut u8) {
    // SAFETY: as `digest`.
    unsafe { *out.cast() = crate::keccak::keccak256(slice(data, len)) };
}

#[unsafe(no_mangle)]
extern "C" fn fvm_ripemd160(data: *const u8, len: usize, out: *mut u8) {
    digest::<ripemd::Ripemd160>(data, len, out);
}

#[unsafe(no_mangle)]
extern "C" fn fvm_blake2b(data: *const u8, len: usize, out: *mut u8, out_len: usize) {
    // SAFETY: as `digest`; `out_len` is 1 to 64 (the library asserts it).
    unsafe {
        let hash = blake2b_simd::Params::new().hash_length(out_len).hash(slice(data, len));
        std::ptr::copy_nonoverlapping(hash.as_bytes().as_ptr(), out, out_len);
    }
}
