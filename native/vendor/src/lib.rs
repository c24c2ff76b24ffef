//! Wasmtime's C API, the reference's gas instrumentation and well-kept cryptography,
//! in one static library. `include/fvm_vendor.h` is the interface.

// Links the C API's symbols into this library.
extern crate wasmtime_c_api as _;

mod bls;
mod ffi;
mod hash;
mod inline;
mod instrument;
mod pool;
mod secp;
