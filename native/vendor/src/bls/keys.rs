//! Public keys that have been checked: those of miners' workers come with every block, and the check takes as long
//! as a fifth of the rest.

use blst::min_pk::PublicKey;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard};

type Bytes = [u8; 48];

/// As many keys are kept at least, and twice as many at most: 4 MB.
const LIMIT: usize = 8192;

/// The keys used last. Two generations instead of a list.
#[derive(Default)]
struct Known {
    young: HashMap<Bytes, PublicKey>,
    old: HashMap<Bytes, PublicKey>,
}

impl Known {
    fn get(&mut self, bytes: &Bytes) -> Option<PublicKey> {
        let young = self.young.get(bytes).copied();
        if young.is_none()
            && let Some(key) = self.old.get(bytes).copied()
        {
            self.put(*bytes, key);
            return Some(key);
        }
        young
    }

    fn put(&mut self, bytes: Bytes, key: PublicKey) {
        if self.young.len() >= LIMIT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(bytes, key);
    }
}

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// Nothing if it is malformed, outside the subgroup or the identity.
pub fn public_key(bytes: &[u8]) -> Option<PublicKey> {
    let bytes: &Bytes = bytes.try_into().ok()?;
    if let Some(key) = known().get(bytes) {
        return Some(key);
    }
    let key = PublicKey::key_validate(bytes).ok()?;
    known().put(*bytes, key);
    Some(key)
}

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().expect("nothing panics while it is locked")
}
