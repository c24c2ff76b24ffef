//! Checks as src/chain/signatures/packed-check.ts packs them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Kinds of checks, with their input.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// Keys in G1, one signature of all texts in G2.
    Bls,
    /// Key in G2, signature in G1.
    BlsInG1,
    /// The payload of an f1 address; the signature signs the blake2b-256 of the text.
    Secp,
    /// An Ethereum address; the signature signs the keccak-256 of the text.
    Eth,
}

impl Kind {
    fn read(byte: u8) -> Option<Self> {
        [Kind::Bls, Kind::BlsInG1, Kind::Secp, Kind::Eth].get(usize::from(byte)).copied()
    }

    pub fn is_recovery(self) -> bool {
        matches!(self, Kind::Secp | Kind::Eth)
    }

    fn signature_bytes(self) -> usize {
        match self {
            Kind::Bls => 96,
            Kind::BlsInG1 => 48,
            Kind::Secp | Kind::Eth => 65,
        }
    }

    fn key_bytes(self) -> usize {
        match self {
            Kind::Bls => 48,
            Kind::BlsInG1 => 96,
            Kind::Secp | Kind::Eth => 20,
        }
    }
}

/// Where its parts are in the bytes.
pub struct Check {
    pub kind: Kind,
    signature: Range<usize>,
    pub pairs: Vec<SignedText>,
}

/// A key and what it has signed: their places in `Checks`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignedText {
    pub key: usize,
    pub text: usize,
}

impl Check {
    /// With equal texts the aggregate scheme is sound only if the keys' owners have proved that they are theirs.
    pub fn has_equal_texts(&self) -> bool {
        let mut texts = HashSet::new();
        !self.pairs.iter().all(|pair| texts.insert(pair.text))
    }
}

/// Checks of which each is made once, however often it was given; with the distinct keys and texts.
pub struct Checks {
    bytes: Vec<u8>,
    pub distinct: Vec<Check>,
    keys: Vec<Range<usize>>,
    texts: Vec<Range<usize>>,
    /// Place in `distinct` of each check that was given.
    pub given: Vec<usize>,
}

impl Checks {
    /// Nothing if the bytes are no checks.
    pub fn read(packed: &[u8]) -> Option<Self> {
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let (mut distinct, mut given) = (Vec::new(), Vec::new());
        let mut reader = Reader::of(packed);
        while reader.at < packed.len() {
            let start = reader.at;
            let check = reader.check()?;
            let index = *known.entry(&packed[start..reader.at]).or_insert(distinct.len());
            if index == distinct.len() {
                distinct.push(check);
            }
            given.push(index);
        }
        let (keys, texts) = (reader.keys.ranges, reader.texts.ranges);
        Some(Checks { bytes: packed.to_vec(), distinct, keys, texts, given })
    }

    pub fn signature(&self, check: usize) -> &[u8] {
        &self.bytes[self.distinct[check].signature.clone()]
    }

    pub fn key(&self, place: usize) -> &[u8] {
        &self.bytes[self.keys[place].clone()]
    }

    pub fn text(&self, place: usize) -> &[u8] {
        &self.bytes[self.texts[place].clone()]
    }

    pub fn key_count(&self) -> usize {
        self.keys.len()
    }

    pub fn text_count(&self) -> usize {
        self.texts.len()
    }
}

/// Ranges of bytes that differ.
#[derive(Default)]
struct Ranges<'a> {
    places: HashMap<&'a [u8], usize>,
    ranges: Vec<Range<usize>>,
}

impl<'a> Ranges<'a> {
    fn place(&mut self, bytes: &'a [u8], range: Range<usize>) -> usize {
        *self.places.entry(&bytes[range.clone()]).or_insert_with(|| {
            self.ranges.push(range);
            self.ranges.len() - 1
        })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    keys: Ranges<'a>,
    texts: Ranges<'a>,
}

impl<'a> Reader<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0, keys: Ranges::default(), texts: Ranges::default() }
    }

    fn check(&mut self) -> Option<Check> {
        let kind = self.take(1)?;
        let kind = Kind::read(self.bytes[kind.start])?;
        let count = self.number()?;
        if count == 0 || (count > 1 && kind != Kind::Bls) {
            return None;
        }
        let signature = self.take(kind.signature_bytes())?;
        let keys = self.take(count.checked_mul(kind.key_bytes())?)?;
        let pairs = keys
            .step_by(kind.key_bytes())
            .map(|start| {
                let len = self.number()?;
                let text = self.take(len)?;
                Some(SignedText {
                    key: self.keys.place(self.bytes, start..start + kind.key_bytes()),
                    text: self.texts.place(self.bytes, text),
                })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Check { kind, signature, pairs })
    }

    fn number(&mut self) -> Option<usize> {
        let bytes = self.take(4)?;
        let bytes = self.bytes[bytes].try_into().ok()?;
        Some(u32::from_le_bytes(bytes) as usize)
    }

    fn take(&mut self, len: usize) -> Option<Range<usize>> {
        let end = self.at.checked_add(len).filter(|&end| end <= self.bytes.len())?;
        let range = self.at..end;
        self.at = end;
        Some(range)
    }
}
