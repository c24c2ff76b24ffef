//! What a BLS check claims: the product of its pairings is one.

use super::checks::{Check, Kind};
use crate::bls::{self, DST, DST_IN_G1};
use crate::pairing::{Factor, ONE, Pair, Pairings, add_in_g2, g2_of, hash_to_g1, hash_to_g2};
use blst::{blst_fp12, blst_p1_affine, blst_p2_affine, min_pk, min_sig};
use std::ops::Range;

pub enum Signature {
    InG1(blst_p1_affine),
    InG2(blst_p2_affine),
}

impl Signature {
    /// Nothing if it is malformed or outside the subgroup.
    pub fn of(check: &Check, bytes: &[u8]) -> Option<Self> {
        let signature = check.signature(bytes);
        match check.kind {
            Kind::Bls => {
                Some(Signature::InG2(min_pk::Signature::sig_validate(signature, false).ok()?.into()))
            }
            Kind::BlsInG1 => {
                Some(Signature::InG1(min_sig::Signature::sig_validate(signature, false).ok()?.into()))
            }
            Kind::Secp | Kind::Eth => None,
        }
    }
}

/// A signature of texts by keys.
pub struct Claim {
    pairs: Vec<Pair>,
    signature: Signature,
}

impl Claim {
    /// Nothing if it cannot be true, whatever the pairings are.
    pub fn of(check: &Check, bytes: &[u8]) -> Option<Self> {
        if check.has_equal_texts(bytes) {
            return None;
        }
        let signature = Signature::of(check, bytes)?;
        Some(Claim { pairs: pairs_of(check, bytes, 0..check.pairs.len())?, signature })
    }
}

/// Keys and the sums of their hashed texts; nothing if a key is malformed, outside the subgroup or the identity.
pub fn pairs_of(check: &Check, bytes: &[u8], range: Range<usize>) -> Option<Vec<Pair>> {
    let of_each_key = check.pairs[range].chunk_by(|a, b| a.key(bytes) == b.key(bytes));
    of_each_key
        .map(|signed| {
            let key = signed[0].key(bytes);
            let mut texts = signed.iter().map(|pair| pair.text(bytes));
            match check.kind {
                Kind::Bls => {
                    let key = bls::public_key(key)?.into();
                    Some((key, texts.map(|text| hash_to_g2(text, DST)).reduce(add_in_g2)?))
                }
                Kind::BlsInG1 => {
                    let key = min_sig::PublicKey::key_validate(key).ok()?;
                    Some((hash_to_g1(texts.next()?, DST_IN_G1), g2_of(&key.into())))
                }
                Kind::Secp | Kind::Eth => None,
            }
        })
        .collect()
}

/// Whether all claims are true. Their pairings are one product, each claim to the power of a random number of 128
/// bits, so that false claims do not make up for each other. Nothing without randomness.
pub fn are_true(claims: &[Claim]) -> Option<bool> {
    let mut pairings = Pairings::default();
    for (claim, factor) in claims.iter().zip(factors(claims.len())?) {
        for pair in &claim.pairs {
            pairings.add(*pair, factor);
        }
        match &claim.signature {
            Signature::InG1(point) => pairings.subtract_in_g1(*point, factor),
            Signature::InG2(point) => pairings.subtract_in_g2(*point, factor),
        }
    }
    Some(pairings.product().final_exp() == blst_fp12::default())
}

/// Random numbers, but for the first: it is one, because a power of the whole product would tell no more.
fn factors(count: usize) -> Option<Vec<Factor>> {
    let mut factors = vec![ONE; count];
    for factor in factors.iter_mut().skip(1) {
        // SAFETY: room for as many bytes.
        let failure = unsafe { libc::getentropy(factor.as_mut_ptr().cast(), factor.len()) };
        if failure != 0 {
            return None;
        }
    }
    Some(factors)
}
