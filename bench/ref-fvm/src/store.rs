use std::cell::RefCell;
use std::rc::Rc;

use anyhow::Result;
use cid::Cid;
use fvm_ipld_blockstore::Blockstore;

use crate::car::BlockMap;

/// A vector's own blocks, then what machines flushed, then those of bundles. Own blocks are asked for
/// most and so come first: a read costs as much as with the reference's `MemoryBlockstore`.
#[derive(Clone)]
pub struct VectorStore {
    own: Rc<BlockMap>,
    written: Rc<RefCell<BlockMap>>,
    below: Rc<BlockMap>,
}

impl VectorStore {
    pub fn new(own: BlockMap, below: Rc<BlockMap>) -> Self {
        VectorStore { own: Rc::new(own), written: Rc::default(), below }
    }

    /// The same blocks, without what machines wrote.
    pub fn fresh(&self) -> Self {
        VectorStore { written: Rc::default(), ..self.clone() }
    }
}

impl Blockstore for VectorStore {
    fn get(&self, cid: &Cid) -> Result<Option<Vec<u8>>> {
        if let Some(block) = self.own.get(cid) {
            return Ok(Some(block.clone()));
        }
        if let Some(block) = self.written.borrow().get(cid) {
            return Ok(Some(block.clone()));
        }
        Ok(self.below.get(cid).cloned())
    }

    fn has(&self, cid: &Cid) -> Result<bool> {
        Ok(self.own.contains_key(cid)
            || self.written.borrow().contains_key(cid)
            || self.below.contains_key(cid))
    }

    fn put_keyed(&self, cid: &Cid, block: &[u8]) -> Result<()> {
        self.written.borrow_mut().insert(*cid, block.to_vec());
        Ok(())
    }
}
