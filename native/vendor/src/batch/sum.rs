//! An aggregate that is too large for one unit of work: the product of its parts' pairings.

use super::checks::Check;
use super::claim::{Signature, pairs_of};
use crate::pairing::{ONE, Pairings};
use blst::blst_fp12;
use std::ops::Range;
use std::sync::Mutex;

pub struct Sum {
    pub check: usize,
    parts: Mutex<Parts>,
}

struct Parts {
    left: usize,
    /// Nothing if a part is malformed.
    product: Option<blst_fp12>,
}

impl Sum {
    pub fn new(check: usize, parts: usize) -> Self {
        Sum { check, parts: Mutex::new(Parts { left: parts, product: Some(blst_fp12::default()) }) }
    }

    /// Adds a part; the last one learns whether the signature is valid.
    pub fn add(&self, check: &Check, bytes: &[u8], range: Range<usize>) -> Option<bool> {
        let is_lost = self.parts().product.is_none();
        let part = if is_lost { None } else { product_of(check, bytes, range) };
        let mut parts = self.parts();
        parts.product = parts.product.zip(part).map(|(product, part)| product * part);
        parts.left -= 1;
        if parts.left > 0 {
            return None;
        }
        let product = parts.product;
        drop(parts);
        Some(product.is_some_and(|product| is_signed(check, bytes, product)))
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, Parts> {
        self.parts.lock().expect("nothing panics while it is locked")
    }
}

fn product_of(check: &Check, bytes: &[u8], range: Range<usize>) -> Option<blst_fp12> {
    let mut pairings = Pairings::default();
    for pair in pairs_of(check, bytes, range)? {
        pairings.add(pair, ONE);
    }
    Some(pairings.product())
}

fn is_signed(check: &Check, bytes: &[u8], product: blst_fp12) -> bool {
    if check.has_equal_texts(bytes) {
        return false;
    }
    let mut pairings = Pairings::default();
    match Signature::of(check, bytes) {
        Some(Signature::InG2(point)) => pairings.subtract_in_g2(point, ONE),
        Some(Signature::InG1(point)) => pairings.subtract_in_g1(point, ONE),
        None => return false,
    }
    (product * pairings.product()).final_exp() == blst_fp12::default()
}
