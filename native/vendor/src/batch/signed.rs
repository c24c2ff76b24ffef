//! Points that the bytes of checks stand for, found once each: products of fewer checks need them again.

use super::checks::{Checks, Kind};
use crate::bls::{self, DST};
use crate::pairing::{are_in_g2, hash_to_curve};
use blst::{blst_p1_affine, blst_p2, blst_p2_affine, min_pk, min_sig};
use std::sync::OnceLock;

#[derive(Clone, Copy)]
pub enum Signature {
    InG1(blst_p1_affine),
    InG2(blst_p2_affine),
}

pub struct Signed {
    signatures: Vec<OnceLock<Option<Signature>>>,
    keys: Vec<OnceLock<Option<blst_p1_affine>>>,
    keys_in_g2: Vec<OnceLock<Option<blst_p2_affine>>>,
    texts: Vec<OnceLock<blst_p2>>,
}

impl Signed {
    pub fn new(checks: &Checks) -> Self {
        Signed {
            signatures: empty(checks.distinct.len()),
            keys: empty(checks.key_count()),
            keys_in_g2: empty(checks.key_count()),
            texts: empty(checks.text_count()),
        }
    }

    /// Reads signatures together, which takes less time than one by one.
    pub fn read_signatures(&self, checks: &Checks, places: impl Iterator<Item = usize>) {
        let open = places.filter(|&check| {
            checks.distinct[check].kind == Kind::Bls && self.signatures[check].get().is_none()
        });
        let (places, points): (Vec<usize>, Vec<blst_p2_affine>) = open
            .filter_map(|check| {
                let point = min_pk::Signature::from_bytes(checks.signature(check)).ok()?;
                Some((check, blst_p2_affine::from(point)))
            })
            .unzip();
        for ((&check, &point), is_in_g2) in places.iter().zip(&points).zip(are_in_g2(&points)) {
            self.signatures[check].get_or_init(|| is_in_g2.then_some(Signature::InG2(point)));
        }
    }

    /// Nothing if it is malformed or outside the subgroup; of those in G1, also if their key is.
    pub fn signature(&self, checks: &Checks, check: usize) -> Option<Signature> {
        *self.signatures[check].get_or_init(|| {
            let bytes = checks.signature(check);
            match checks.distinct[check].kind {
                Kind::Bls => {
                    Some(Signature::InG2(min_pk::Signature::sig_validate(bytes, false).ok()?.into()))
                }
                Kind::BlsInG1 => {
                    self.key_in_g2(checks, checks.distinct[check].pairs[0].key)?;
                    Some(Signature::InG1(min_sig::Signature::sig_validate(bytes, false).ok()?.into()))
                }
                Kind::Secp | Kind::Eth => None,
            }
        })
    }

    /// A key in G1; nothing if it is malformed, outside the subgroup or the identity.
    pub fn key(&self, checks: &Checks, place: usize) -> Option<blst_p1_affine> {
        *self.keys[place].get_or_init(|| Some(bls::public_key(checks.key(place))?.into()))
    }

    /// A key in G2; nothing as of `key`.
    pub fn key_in_g2(&self, checks: &Checks, place: usize) -> Option<blst_p2_affine> {
        *self.keys_in_g2[place]
            .get_or_init(|| Some(min_sig::PublicKey::key_validate(checks.key(place)).ok()?.into()))
    }

    /// A text's point, on the curve of G2.
    pub fn text(&self, checks: &Checks, place: usize) -> blst_p2 {
        *self.texts[place].get_or_init(|| hash_to_curve(checks.text(place), DST))
    }
}

fn empty<T>(count: usize) -> Vec<OnceLock<T>> {
    (0..count).map(|_| OnceLock::new()).collect()
}
