//! Helpers of the C boundary: no panic and no dangling slice crosses it.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes that C gives back with `fvm_bytes_free`.
#[repr(C)]
pub struct Bytes {
    data: *mut u8,
    len: usize,
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        let boxed = bytes.into_boxed_slice();
        let len = boxed.len();
        Bytes { data: Box::into_raw(boxed).cast(), len }
    }
}

#[unsafe(no_mangle)]
extern "C" fn fvm_bytes_free(bytes: Bytes) {
    if !bytes.data.is_null() {
        // SAFETY: made by `Bytes::from`, freed once by the C++ owner.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes.data, bytes.len)) });
    }
}

/// # Safety
/// `data` must be valid for `len` bytes for the call; it may be null if `len` is 0.
pub unsafe fn slice<'a>(data: *const u8, len: usize) -> &'a [u8] {
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, len) } }
}

/// A panic of a library is answered like its failure: none of them may unwind into C++.
pub fn guard<T>(on_panic: T, f: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or(on_panic)
}

/// Copies a result to C; false if there is none.
///
/// # Safety
/// `out` has room for it.
pub unsafe fn give<const N: usize>(result: Option<[u8; N]>, out: *mut u8) -> bool {
    let Some(bytes) = result else { return false };
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out, N) };
    true
}
