//! Recovery of secp256k1 keys.

use crate::ffi::{guard, slice};
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, Secp256k1};

fn recover(digest: [u8; 32], signature: &[u8]) -> Option<[u8; 65]> {
    let id = RecoveryId::try_from(i32::from(signature[64])).ok()?;
    let signature = RecoverableSignature::from_compact(&signature[..64], id).ok()?;
    let key = Secp256k1::verification_only().recover_ecdsa(Message::from_digest(digest), &signature).ok()?;
    Some(key.serialize_uncompressed())
}

/// # Safety
/// `digest` is 32, `signature` 65 and `key` 65 bytes long.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_secp_recover(digest: *const u8, signature: *const u8, key: *mut u8) -> bool {
    let (digest, signature) = unsafe { (slice(digest, 32), slice(signature, 65)) };
    let Ok(digest) = digest.try_into() else { return false };
    match guard(None, || recover(digest, signature)) {
        Some(found) => {
            unsafe { std::ptr::copy_nonoverlapping(found.as_ptr(), key, found.len()) };
            true
        }
        None => false,
    }
}
