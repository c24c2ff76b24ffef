//! Challenges that a prover cannot choose: hashes of all that was said before. Source: crate bellperson 0.27.

use super::scalar::Scalar;
use sha2::{Digest, Sha256};

pub struct Transcript(Sha256);

impl Transcript {
    pub fn new(tag: &str) -> Self {
        Transcript(Sha256::new().chain_update("snarkpack-v1").chain_update(tag))
    }

    pub fn write(self, bytes: impl AsRef<[u8]>) -> Self {
        Transcript(self.0.chain_update(bytes))
    }

    pub fn scalar(self, number: Scalar) -> Self {
        self.write(number.to_bytes())
    }

    /// Neither zero nor one.
    pub fn challenge(self) -> Scalar {
        let mut hash = self.0;
        for attempt in 1_u64.. {
            hash.update(attempt.to_be_bytes());
            let mut digest: [u8; Scalar::BYTES] = hash.clone().finalize().into();
            digest[31] &= 0x7f;
            match Scalar::from_bytes(&digest) {
                Some(number) if number != Scalar::default() && number != Scalar::from(1) => return number,
                _ => (),
            }
        }
        unreachable!("half of all digests are numbers of the field")
    }
}
