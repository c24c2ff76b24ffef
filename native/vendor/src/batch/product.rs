//! The pairings of several checks as one product, which is one if all of them are true. Threads make a part each.

use super::checks::{Checks, Kind, SignedText};
use super::signed::{Signature, Signed};
use crate::bls::DST_IN_G1;
use crate::pairing::{Factor, Pairings, RandomBytes, hash_to_g1};
use blst::{blst_fp12, blst_p1_affine};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

/// Cost that a part may have: some ten milliseconds, or twenty.
const PART_COST: usize = 64 * PAIR_COST;
const PAIR_COST: usize = 10;
const SIGNATURE_COST: usize = 5;

pub struct Product {
    pub checks: Vec<usize>,
    /// Pairs with keys in G1; equal keys, and of these equal factors, follow each other.
    pairs: Vec<(SignedText, Factor)>,
    signatures: Vec<(usize, Factor)>,
    parts: usize,
    sum: Mutex<Sum>,
}

struct Sum {
    parts_left: usize,
    product: blst_fp12,
    malformed: HashSet<usize>,
}

pub enum Outcome {
    /// Other parts are not made yet.
    Open,
    True,
    False,
    /// Checks that cannot be true, whatever the pairings are. Nothing is known of the others.
    Malformed(HashSet<usize>),
}

impl Product {
    /// Each check is raised to the power of a random number, so that false ones do not make up for each other: but by a
    /// chance of one in 2^64. Nothing without randomness.
    pub fn new(places: &[usize], checks: &Checks) -> Option<Self> {
        let signatures: Vec<(usize, Factor)> = places.iter().copied().zip(factors(places.len())?).collect();
        let mut pairs: Vec<(SignedText, Factor)> = Vec::new();
        for &(place, factor) in &signatures {
            let check = &checks.distinct[place];
            if check.kind == Kind::Bls {
                pairs.extend(check.pairs.iter().map(|&pair| (pair, factor)));
            }
        }
        pairs.sort_unstable_by_key(|(pair, factor)| (pair.key, *factor));
        let parts = cost(&pairs, &signatures).div_ceil(PART_COST);
        let sum =
            Mutex::new(Sum { parts_left: parts, product: blst_fp12::default(), malformed: HashSet::new() });
        Some(Product { checks: places.to_vec(), pairs, signatures, parts, sum })
    }

    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Multiplies by a part. To be called once for each.
    pub fn multiply(&self, part: usize, checks: &Checks, signed: &Signed) -> Outcome {
        let (pairs_from, signatures_from) = self.place(part);
        let (pairs_to, signatures_to) = self.place(part + 1);
        let pairs = &self.pairs[pairs_from..pairs_to];
        let signatures = &self.signatures[signatures_from..signatures_to];
        let malformed = self.malformed(pairs, signatures, checks, signed);
        let is_lost = !malformed.is_empty() || !self.sum().malformed.is_empty();
        let product = (!is_lost).then(|| {
            self.product(pairs, signatures, checks, signed).expect("what is malformed was found before")
        });
        let mut sum = self.sum();
        sum.malformed.extend(malformed);
        if let Some(product) = product {
            sum.product *= product;
        }
        sum.parts_left -= 1;
        if sum.parts_left > 0 {
            return Outcome::Open;
        }
        if !sum.malformed.is_empty() {
            return Outcome::Malformed(std::mem::take(&mut sum.malformed));
        }
        let product = sum.product;
        drop(sum);
        if product.final_exp() == blst_fp12::default() { Outcome::True } else { Outcome::False }
    }

    /// Where a part begins among pairs and signatures. The signatures come last: a part that has none saves two pairings.
    fn place(&self, part: usize) -> (usize, usize) {
        let before = cost(&self.pairs, &self.signatures) * part / self.parts;
        let of_pairs = self.pairs.len() * PAIR_COST;
        (before.min(of_pairs).div_ceil(PAIR_COST), before.saturating_sub(of_pairs).div_ceil(SIGNATURE_COST))
    }

    fn malformed(
        &self,
        pairs: &[(SignedText, Factor)],
        signatures: &[(usize, Factor)],
        checks: &Checks,
        signed: &Signed,
    ) -> HashSet<usize> {
        let mut malformed: HashSet<usize> = HashSet::new();
        signed.read_signatures(checks, signatures.iter().map(|&(check, _)| check));
        for &(check, _) in signatures {
            if signed.signature(checks, check).is_none() {
                malformed.insert(check);
            }
        }
        let keys: HashSet<usize> = pairs.iter().map(|(pair, _)| pair.key).collect();
        let keys: HashSet<usize> =
            keys.into_iter().filter(|&key| signed.key(checks, key).is_none()).collect();
        if !keys.is_empty() {
            let has_one =
                |&&check: &&usize| checks.distinct[check].pairs.iter().any(|pair| keys.contains(&pair.key));
            malformed.extend(self.checks.iter().filter(has_one));
        }
        malformed
    }

    /// Nothing if something is malformed.
    fn product(
        &self,
        pairs: &[(SignedText, Factor)],
        signatures: &[(usize, Factor)],
        checks: &Checks,
        signed: &Signed,
    ) -> Option<blst_fp12> {
        let mut pairings = Pairings::default();
        for of_key in pairs.chunk_by(|(a, _), (b, _)| a.key == b.key) {
            let (pair, _) = of_key[0];
            let key = signed.key(checks, pair.key)?;
            if of_key.iter().all(|(other, _)| *other == pair) {
                let factors: Vec<Factor> = of_key.iter().map(|&(_, factor)| factor).collect();
                pairings.add(key, &signed.text(checks, pair.text), &factors);
            } else {
                let texts = of_key.iter().map(|&(pair, factor)| (signed.text(checks, pair.text), factor));
                pairings.add_sum(key, &texts.collect::<Vec<_>>());
            }
        }
        let mut in_g1: HashMap<usize, Vec<(blst_p1_affine, Factor)>> = HashMap::new();
        for &(check, factor) in signatures {
            match signed.signature(checks, check)? {
                Signature::InG2(point) => pairings.subtract_in_g2(point, factor),
                Signature::InG1(point) => {
                    let SignedText { key, text } = checks.distinct[check].pairs[0];
                    let text = hash_to_g1(checks.text(text), DST_IN_G1);
                    in_g1.entry(key).or_default().push((text, factor));
                    pairings.subtract_in_g1(point, factor);
                }
            }
        }
        for (key, texts) in in_g1 {
            pairings.add_in_g2(signed.key_in_g2(checks, key)?, &texts);
        }
        Some(pairings.product())
    }

    fn sum(&self) -> MutexGuard<'_, Sum> {
        self.sum.lock().expect("nothing panics while it is locked")
    }
}

fn cost(pairs: &[(SignedText, Factor)], signatures: &[(usize, Factor)]) -> usize {
    pairs.len() * PAIR_COST + signatures.len() * SIGNATURE_COST
}

/// Random but for the first: it is one, because a power of the whole product would tell no more.
fn factors(count: usize) -> Option<Vec<Factor>> {
    let mut random = RandomBytes::new();
    let mut factors = vec![Factor::ONE; count];
    for factor in factors.iter_mut().skip(1) {
        *factor = Factor::random(&mut random)?;
    }
    Some(factors)
}
