//! Test vectors: the public schema (filecoin-project/fvm-test-vectors) with a few additions.

use std::fs;
use std::io::Read;

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cid::Cid;
use flate2::read::GzDecoder;
use serde::{Deserialize, Deserializer, de};
use serde_json::Number;

/// All there will ever be, attoFIL: what a vector without a circulating supply means.
const TOTAL_FILECOIN: &str = "2000000000000000000000000000";

pub struct Vector {
    /// Path.
    pub file: String,
    pub common: Common,
    pub body: Body,
}

pub enum Body {
    Message(MessageVector),
    Tipset(TipsetVector),
}

#[derive(Deserialize)]
pub struct Variant {
    pub id: String,
    pub epoch: i64,
    pub nv: u32,
}

/// Fields that both classes have.
#[derive(Deserialize)]
pub struct Common {
    #[serde(rename = "_meta")]
    pub meta: Option<Meta>,
    /// Gzipped.
    car: Bytes,
    /// Builtin actors, such as `v13`; absent: those of the network version.
    pub bundle: Option<String>,
    /// Name of a genesis state that takes the bundle's place.
    pub genesis: Option<String>,
    pub chain_id: Option<u64>,
    #[serde(default)]
    pub randomness: Vec<RecordedRandomness>,
    pub preconditions: Preconditions,
}

#[derive(Deserialize)]
pub struct Meta {
    pub id: String,
}

#[derive(Deserialize)]
pub struct RecordedRandomness {
    pub on: (String, i64),
    pub ret: Bytes,
}

#[derive(Deserialize)]
pub struct Preconditions {
    pub variants: Vec<Variant>,
    pub state_tree: StateTree,
    pub basefee: Option<Number>,
    circ_supply: Option<Number>,
}

#[derive(Deserialize)]
pub struct StateTree {
    pub root_cid: Link,
}

#[derive(Deserialize)]
pub struct MessageVector {
    pub apply_messages: Vec<VectorMessage>,
    pub postconditions: MessagePostconditions,
}

#[derive(Deserialize)]
pub struct VectorMessage {
    pub bytes: Bytes,
    #[serde(default)]
    pub kind: Kind,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Explicit,
    Implicit,
}

#[derive(Deserialize)]
pub struct MessagePostconditions {
    pub state_tree: StateTree,
    pub receipts: Vec<ExpectedReceipt>,
    pub outcomes: Option<Vec<ExpectedOutcome>>,
}

#[derive(Deserialize)]
pub struct ExpectedReceipt {
    pub exit_code: u32,
    #[serde(rename = "return")]
    pub return_data: Bytes,
    pub gas_used: u64,
    /// Outer `None`: the vector says nothing about events.
    #[serde(default, deserialize_with = "mentioned")]
    pub events_root: Option<Option<Link>>,
}

/// Amounts are decimal text.
#[derive(Deserialize)]
pub struct ExpectedOutcome {
    pub miner_penalty: String,
    pub miner_tip: String,
    pub base_fee_burn: String,
    pub over_estimation_burn: String,
    pub refund: String,
    pub gas_refund: String,
    pub gas_burned: String,
}

#[derive(Deserialize)]
pub struct TipsetVector {
    #[serde(default)]
    pub genesis_timestamp: u64,
    #[serde(default)]
    pub tipset_cids: Vec<TipsetCid>,
    pub apply_tipsets: Vec<VectorTipset>,
    pub postconditions: TipsetPostconditions,
}

#[derive(Deserialize)]
pub struct TipsetCid {
    pub epoch: i64,
    pub cid: Link,
}

#[derive(Deserialize)]
pub struct VectorTipset {
    pub epoch_offset: i64,
    pub basefee: Number,
    pub timestamp: Option<u64>,
    pub blocks: Vec<VectorBlock>,
}

#[derive(Deserialize)]
pub struct VectorBlock {
    pub miner_addr: String,
    pub win_count: i64,
    pub messages: Vec<Bytes>,
}

#[derive(Deserialize)]
pub struct TipsetPostconditions {
    pub state_tree: StateTree,
    pub receipts: Vec<ExpectedReceipt>,
    pub receipts_roots: Vec<Link>,
}

impl Vector {
    pub fn id(&self) -> &str {
        self.common.meta.as_ref().map_or(&self.file, |meta| &meta.id)
    }

    pub fn variants(&self) -> &[Variant] {
        &self.common.preconditions.variants
    }
}

impl Preconditions {
    /// attoFIL.
    pub fn circ_supply(&self) -> String {
        self.circ_supply.as_ref().map_or(TOTAL_FILECOIN.into(), ToString::to_string)
    }
}

impl Common {
    /// Whether it is of the public corpus, which names no actors of its own.
    pub fn is_public(&self) -> bool {
        self.bundle.is_none() && self.genesis.is_none()
    }

    pub fn car(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        GzDecoder::new(&self.car.0[..]).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads a vector of either class.
pub fn read(file: &str) -> Result<Vector> {
    #[derive(Deserialize)]
    struct Class {
        class: String,
    }
    let text = read_text(file)?;
    let Class { class } = serde_json::from_str(&text)?;
    let body = match class.as_str() {
        "message" => Body::Message(serde_json::from_str(&text)?),
        "tipset" => Body::Tipset(serde_json::from_str(&text)?),
        other => bail!("unknown class {other}"),
    };
    Ok(Vector { file: file.into(), common: serde_json::from_str(&text)?, body })
}

pub fn read_text(file: &str) -> Result<String> {
    let bytes = fs::read(file)?;
    let mut text = String::new();
    match file.ends_with(".gz") {
        true => GzDecoder::new(&bytes[..]).read_to_string(&mut text)?,
        false => (&bytes[..]).read_to_string(&mut text)?,
    };
    Ok(text)
}

/// Base64 in JSON.
pub struct Bytes(pub Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes).map_err(de::Error::custom)
    }
}

/// `{"/": "bafy…"}` in JSON.
#[derive(Clone, Copy, PartialEq)]
pub struct Link(pub Cid);

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wrapped {
            #[serde(rename = "/")]
            text: String,
        }
        let Wrapped { text } = Wrapped::deserialize(deserializer)?;
        text.parse().map(Link).map_err(de::Error::custom)
    }
}

fn mentioned<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
