//! Wasmtime's C API, the reference's gas instrumentation and well-kept cryptography
//! and compression, in one static library. `include/fvm_vendor.h` is the interface.

// Links the C API's symbols into this library.
extern crate wasmtime_c_api as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod batch;
mod bls;
mod ffi;
mod hash;
mod inline;
mod instrument;
mod invocation;
mod keccak;
mod memory;
mod pairing;
mod proofs;
mod secp;
mod settings;
mod suspend;
mod zstd;

// Cargo compiles this crate anew when it changes, which times of files would not tell where several
// checkouts share a folder of compiled crates. scripts/vendor.mjs looks for it in the result.
#[unsafe(no_mangle)]
static FVM_VENDOR_KEY: &str = match option_env!("FVM_VENDOR_KEY") {
    Some(key) => key,
    None => "",
};
