use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{Context, Result};

use crate::car::{self, BlockMap};
use crate::vector::{Common, Variant};

/// Version of the builtin actors on mainnet, by network version.
const ACTORS_VERSIONS: &[(u32, u32)] = &[
    (18, 10),
    (19, 11),
    (20, 11),
    (21, 12),
    (22, 13),
    (23, 14),
    (24, 15),
    (25, 16),
    (26, 16),
    (27, 17),
    (28, 18),
];

/// Bundles and genesis states, each read once.
pub struct Library {
    folders: Vec<PathBuf>,
    read: RefCell<HashMap<String, Rc<BlockMap>>>,
}

impl Library {
    /// Looks where `fvm` looks: `given`, then FVM_BUNDLES, then the user's cache.
    pub fn new(given: Option<&str>) -> Self {
        let named = [given.map(Into::into), env::var_os("FVM_BUNDLES")];
        let cache = env::var_os("XDG_CACHE_HOME")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
        let folders = named
            .into_iter()
            .flatten()
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .chain(cache.map(|folder| folder.join("fvm-node/bundles")))
            .collect();
        Library { folders, read: RefCell::default() }
    }

    /// The blocks that a vector does not hold itself.
    pub fn blocks_below(&self, vector: &Common, variant: &Variant) -> Result<Rc<BlockMap>> {
        let name = match (&vector.genesis, &vector.bundle) {
            (Some(genesis), _) => format!("genesis/{genesis}.car"),
            (None, Some(bundle)) => format!("{bundle}/builtin-actors-mainnet.car"),
            (None, None) => format!("v{}/builtin-actors-mainnet.car", actors_version(variant.nv)?),
        };
        if let Some(blocks) = self.read.borrow().get(&name) {
            return Ok(blocks.clone());
        }
        let path = self.folders.iter().map(|folder| folder.join(&name)).find(|path| path.exists());
        let path = path.with_context(|| format!("no {name} among the bundles"))?;
        let blocks = Rc::new(car::read(&std::fs::read(path)?)?);
        self.read.borrow_mut().insert(name, blocks.clone());
        Ok(blocks)
    }
}

fn actors_version(nv: u32) -> Result<u32> {
    let found = ACTORS_VERSIONS.iter().find(|(network, _)| *network == nv);
    found.map(|(_, actors)| *actors).with_context(|| format!("network version {nv}"))
}
