use std::collections::HashMap;

use anyhow::{Context, Result};
use cid::Cid;
use cid::multihash::Multihash;
use fvm_ipld_encoding::DAG_CBOR;
use multihash_codetable::{Code, MultihashDigest};

use crate::vector::{Body, Vector};

/// What the reference's own runner answers for randomness that a public vector lacks
/// (testing/conformance/src/rand.rs).
const FALLBACK: [u8; 32] = *b"i_am_random_____i_am_random_____";

/// What a chain answers: what the vector recorded, and beyond that what its origin says.
#[derive(Clone)]
pub struct Answers {
    randomness: HashMap<(&'static str, i64), [u8; 32]>,
    tipset_cids: HashMap<i64, Cid>,
    beyond: Beyond,
    pub accepts_proofs: bool,
}

#[derive(Clone, Copy)]
enum Beyond {
    /// Public vectors.
    Fixed,
    /// Generated message vectors: hashes of the question.
    Functions,
    /// Tipset vectors have all there is.
    Nothing,
}

impl Answers {
    /// By default proofs of the public corpus were true, and those of generated vectors were not.
    pub fn of(vector: &Vector, accepts_proofs: Option<bool>) -> Result<Self> {
        let common = &vector.common;
        let (beyond, cids) = match &vector.body {
            Body::Tipset(vector) => (Beyond::Nothing, &vector.tipset_cids[..]),
            Body::Message(_) if common.is_public() => (Beyond::Fixed, &[][..]),
            Body::Message(_) => (Beyond::Functions, &[][..]),
        };
        let randomness = common.randomness.iter().map(|recorded| {
            let (source, epoch) = &recorded.on;
            let source = if source == "chain" { "chain" } else { "beacon" };
            Ok(((source, *epoch), recorded.ret.0[..].try_into().context("randomness is not 32 bytes")?))
        });
        Ok(Answers {
            randomness: randomness.collect::<Result<_>>()?,
            tipset_cids: cids.iter().map(|recorded| (recorded.epoch, recorded.cid.0)).collect(),
            beyond,
            accepts_proofs: accepts_proofs.unwrap_or(common.is_public()),
        })
    }

    pub fn randomness(&self, source: &'static str, epoch: i64) -> Result<[u8; 32]> {
        if let Some(value) = self.randomness.get(&(source, epoch)) {
            return Ok(*value);
        }
        match self.beyond {
            Beyond::Fixed => Ok(FALLBACK),
            Beyond::Functions => Ok(hash(source, epoch).digest().try_into()?),
            Beyond::Nothing => anyhow::bail!("the vector does not say what {source}:{epoch} is"),
        }
    }

    pub fn tipset_cid(&self, epoch: i64) -> Result<Cid> {
        match self.beyond {
            Beyond::Functions => Ok(Cid::new_v1(DAG_CBOR, hash("tipset", epoch))),
            _ => self.tipset_cids.get(&epoch).copied().with_context(|| format!("no CID of tipset {epoch}")),
        }
    }
}

fn hash(source: &str, epoch: i64) -> Multihash<64> {
    Code::Blake2b256.digest(format!("{source}:{epoch}").as_bytes())
}
