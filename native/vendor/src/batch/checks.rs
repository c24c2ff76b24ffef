//! Checks as src/chain/signatures/packed-checks.ts packs them.

use std::collections::HashMap;
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
    /// Equal keys follow each other.
    pub pairs: Vec<SignedText>,
}

/// A key and what it has signed.
pub struct SignedText {
    key: Range<usize>,
    text: Range<usize>,
}

impl SignedText {
    pub fn key<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.key.clone()]
    }

    pub fn text<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.text.clone()]
    }
}

impl Check {
    pub fn signature<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.signature.clone()]
    }

    /// With equal texts the aggregate scheme is sound only if the keys' owners have proved that they are theirs.
    pub fn has_equal_texts(&self, bytes: &[u8]) -> bool {
        let mut texts: Vec<&[u8]> = self.pairs.iter().map(|pair| pair.text(bytes)).collect();
        texts.sort_unstable();
        texts.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// Checks of which each is made once, however often it was given.
pub struct Checks {
    pub bytes: Vec<u8>,
    pub distinct: Vec<Check>,
    /// Place in `distinct` of each check that was given.
    pub given: Vec<usize>,
}

impl Checks {
    /// Nothing if the bytes are no checks.
    pub fn read(packed: &[u8]) -> Option<Self> {
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let mut checks = Checks { bytes: packed.to_vec(), distinct: Vec::new(), given: Vec::new() };
        let mut reader = Reader { bytes: packed, at: 0 };
        while reader.at < packed.len() {
            let start = reader.at;
            let check = reader.check()?;
            let index = *known.entry(&packed[start..reader.at]).or_insert(checks.distinct.len());
            if index == checks.distinct.len() {
                checks.distinct.push(check);
            }
            checks.given.push(index);
        }
        Some(checks)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn check(&mut self) -> Option<Check> {
        let kind = self.take(1)?;
        let kind = Kind::read(self.bytes[kind.start])?;
        let count = self.number()?;
        if count == 0 || (count > 1 && kind != Kind::Bls) {
            return None;
        }
        let signature = self.take(kind.signature_bytes())?;
        let keys = self.take(count.checked_mul(kind.key_bytes())?)?;
        let mut pairs = keys
            .step_by(kind.key_bytes())
            .map(|start| {
                let len = self.number()?;
                Some(SignedText { key: start..start + kind.key_bytes(), text: self.take(len)? })
            })
            .collect::<Option<Vec<_>>>()?;
        pairs.sort_by_key(|pair| pair.key(self.bytes));
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
