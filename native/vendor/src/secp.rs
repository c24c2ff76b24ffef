//! Recovery of secp256k1 keys, and signatures from which they can be recovered.

use crate::ffi::{give, guard, slice};
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, PublicKey, Secp256k1, SecretKey};

pub fn recover(digest: [u8; 32], signature: &[u8]) -> Option<[u8; 65]> {
    let id = RecoveryId::try_from(i32::from(signature[64])).ok()?;
    let signature = RecoverableSignature::from_compact(&signature[..64], id).ok()?;
    let key = Secp256k1::verification_only().recover_ecdsa(Message::from_digest(digest), &signature).ok()?;
    Some(key.serialize_uncompressed())
}

/// The nonce follows from key and digest (RFC 6979).
fn sign(secret: &[u8], digest: &[u8]) -> Option<[u8; 65]> {
    let secret = SecretKey::from_byte_array(secret.try_into().ok()?).ok()?;
    let digest = Message::from_digest(digest.try_into().ok()?);
    let (id, rs) = Secp256k1::signing_only().sign_ecdsa_recoverable(digest, &secret).serialize_compact();
    let mut signature = [i32::from(id) as u8; 65];
    signature[..64].copy_from_slice(&rs);
    Some(signature)
}

fn public_key(secret: &[u8]) -> Option<[u8; 65]> {
    let secret = SecretKey::from_byte_array(secret.try_into().ok()?).ok()?;
    Some(PublicKey::from_secret_key(&Secp256k1::signing_only(), &secret).serialize_uncompressed())
}

/// # Safety
/// `digest` is 32, `signature` 65 and `key` 65 bytes long.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_secp_recover(digest: *const u8, signature: *const u8, key: *mut u8) -> bool {
    let (digest, signature) = unsafe { (slice(digest, 32), slice(signature, 65)) };
    let Ok(digest) = digest.try_into() else { return false };
    unsafe { give(guard(None, || recover(digest, signature)), key) }
}

/// # Safety
/// `secret` is 32 bytes, and `key` has room for 65.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_secp_public_key(secret: *const u8, key: *mut u8) -> bool {
    let secret = unsafe { slice(secret, 32) };
    unsafe { give(guard(None, || public_key(secret)), key) }
}

/// # Safety
/// `secret` and `digest` are 32 bytes each, and `signature` has room for 65.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_secp_sign(secret: *const u8, digest: *const u8, signature: *mut u8) -> bool {
    let (secret, digest) = unsafe { (slice(secret, 32), slice(digest, 32)) };
    unsafe { give(guard(None, || sign(secret, digest)), signature) }
}
