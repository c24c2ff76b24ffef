//! Proofs of replication, of spacetime and of updates, in the calling thread.

mod aggregate;
mod groth16;
mod gt;
mod parents;
mod points;
mod porep;
mod post;
mod question;
mod scalar;
mod sizes;
mod transcript;

use crate::ffi::{guard, slice};
use groth16::KeyFile;

#[repr(u8)]
pub enum Verdict {
    Invalid = 0,
    Valid = 1,
    Malformed = 2,
    /// None: of our own fault, the system's or the key's.
    Failed = 3,
}

impl From<bool> for Verdict {
    fn from(is_valid: bool) -> Self {
        if is_valid { Verdict::Valid } else { Verdict::Invalid }
    }
}

/// # Safety
/// `data` is valid for `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_proof_key_new(data: *const u8, len: usize) -> *mut KeyFile {
    let data = unsafe { slice(data, len) };
    guard(None, || KeyFile::new(data)).map_or(std::ptr::null_mut(), |key| Box::into_raw(Box::new(key)))
}

/// # Safety
/// `key` is one of `fvm_proof_key_new`, given once, and nothing uses it.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_proof_key_delete(key: *mut KeyFile) {
    drop(unsafe { Box::from_raw(key) });
}

/// # Safety
/// `question` is valid for `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_proof_verify(key: &KeyFile, question: *const u8, len: usize) -> Verdict {
    let question = unsafe { slice(question, len) };
    guard(None, || question::answer(key.key()?, question)).unwrap_or(Verdict::Failed)
}
