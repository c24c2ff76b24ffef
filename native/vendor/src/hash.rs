//! The hash functions that actors may call.

use crate::ffi::slice;
use blake2b_simd::Params;
use blake2b_simd::many::{HashManyJob, hash_many};
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
        let hash = Params::new().hash_length(out_len).hash(slice(data, len));
        std::ptr::copy_nonoverlapping(hash.as_bytes().as_ptr(), out, out_len);
    }
}

#[repr(C)]
struct HashInput {
    data: *const u8,
    len: usize,
}

#[unsafe(no_mangle)]
extern "C" fn fvm_blake2b_256_many(inputs: *const HashInput, count: usize, out: *mut [u8; 32]) {
    let mut params = Params::new();
    params.hash_length(32);
    // SAFETY: the caller gives `count` inputs of readable bytes, and room for as many digests.
    unsafe {
        let job = |i| {
            let HashInput { data, len } = *inputs.add(i);
            HashManyJob::new(&params, slice(data, len))
        };
        let mut jobs: Vec<_> = (0..count).map(job).collect();
        hash_many(&mut jobs);
        for (i, job) in jobs.iter().enumerate() {
            std::ptr::copy_nonoverlapping(job.to_hash().as_bytes().as_ptr(), out.add(i).cast(), 32);
        }
    }
}
