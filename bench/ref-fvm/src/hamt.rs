//! Roots of a HAMT as it changes, for HAMTs of others to be compared with.

use std::fs::File;
use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cid::Cid;
use fvm_ipld_blockstore::MemoryBlockstore;
use fvm_ipld_hamt::{BytesKey, Config, Hamt};
use ipld_core::ipld::Ipld;

/// Bit width of the state tree.
const CONFIG: Config = Config { bit_width: 5, min_data_depth: 0, max_array_width: 3 };

/// A key, and a value in DAG-CBOR, both in base64; without one, the key is deleted.
type Change = (String, Option<String>);

/// The root after each line of a file, which is a JSON array of changes. Each begins with the root before, nothing of
/// which is in memory.
pub fn roots(path: &str) -> Result<Vec<Cid>> {
    let store = MemoryBlockstore::default();
    let mut root = Hamt::<_, Ipld>::new_with_config(&store, CONFIG).flush()?;
    let mut roots = Vec::new();
    for line in BufReader::new(File::open(path).context(path.to_string())?).lines() {
        let mut hamt: Hamt<_, Ipld> = Hamt::load_with_config(&root, &store, CONFIG)?;
        let changes: Vec<Change> = serde_json::from_str(&line?)?;
        for (key, value) in changes {
            let key = BytesKey(STANDARD.decode(key)?);
            match value {
                None => {
                    hamt.delete(&key)?;
                }
                Some(value) => {
                    hamt.set(key, fvm_ipld_encoding::from_slice(&STANDARD.decode(value)?)?)?;
                }
            }
        }
        root = hamt.flush()?;
        roots.push(root);
    }
    Ok(roots)
}
