use std::collections::HashMap;
use std::io::Cursor;

use anyhow::{Context, Result};
use cid::Cid;

pub type BlockMap = HashMap<Cid, Vec<u8>>;

/// Reads the blocks of a CARv1. Blocks are taken as they are: each machine's results are compared anyway.
pub fn read(bytes: &[u8]) -> Result<BlockMap> {
    let mut rest = bytes;
    // The header names roots, which nobody needs here.
    section(&mut rest)?;
    let mut blocks = BlockMap::new();
    while !rest.is_empty() {
        let mut block = Cursor::new(section(&mut rest)?);
        let cid = Cid::read_bytes(&mut block)?;
        let start = block.position() as usize;
        blocks.insert(cid, block.into_inner()[start..].to_vec());
    }
    Ok(blocks)
}

/// The next part, which its length precedes as a varint.
fn section<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let mut length = 0usize;
    for shift in (0..63).step_by(7) {
        let (byte, others) = rest.split_first().context("the CAR ends early")?;
        *rest = others;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let (part, others) = rest.split_at_checked(length).context("the CAR ends early")?;
    *rest = others;
    Ok(part)
}
