//! Products of pairings, in the calling thread: blst's own functions for many points use threads of theirs.

use blst::*;
use std::collections::HashMap;

/// The second one is not affine, because many of those are made faster at once.
pub type Pair = (blst_p1_affine, blst_p2);

/// A number of 128 bits, the low byte first.
pub type Factor = [u8; 16];
pub const ONE: Factor = 1u128.to_le_bytes();

pub fn hash_to_g1(text: &[u8], dst: &[u8]) -> blst_p1_affine {
    let (mut point, mut affine) = (blst_p1::default(), blst_p1_affine::default());
    unsafe {
        let (text, len) = (text.as_ptr(), text.len());
        blst_hash_to_g1(&mut point, text, len, dst.as_ptr(), dst.len(), std::ptr::null(), 0);
        blst_p1_to_affine(&mut affine, &point);
    }
    affine
}

pub fn hash_to_g2(text: &[u8], dst: &[u8]) -> blst_p2 {
    let mut point = blst_p2::default();
    unsafe {
        let (text, len) = (text.as_ptr(), text.len());
        blst_hash_to_g2(&mut point, text, len, dst.as_ptr(), dst.len(), std::ptr::null(), 0);
    }
    point
}

macro_rules! points {
    ($point:ty, $affine:ty, $from:ident, $from_affine:ident, $to_affine:ident, $all_to_affine:ident, $many_to_affine:ident, $sum:ident, $multiply:ident, $scratch:ident) => {
        pub fn $from(affine: &$affine) -> $point {
            let mut point = <$point>::default();
            unsafe { $from_affine(&mut point, affine) };
            point
        }

        /// None of them is the identity.
        fn $all_to_affine(points: &[$point]) -> Vec<$affine> {
            let mut affine = vec![<$affine>::default(); points.len()];
            if !points.is_empty() {
                // One pointer and null: the points follow each other.
                let pointers = [points.as_ptr(), std::ptr::null()];
                unsafe { $many_to_affine(affine.as_mut_ptr(), pointers.as_ptr(), points.len()) };
            }
            affine
        }

        /// The sum of the points times their factors.
        fn $sum(terms: &[($affine, Factor)]) -> $affine {
            let mut affine = <$affine>::default();
            if terms.is_empty() {
                return affine;
            }
            let points: Vec<*const $affine> =
                terms.iter().map(|(point, _)| std::ptr::from_ref(point)).collect();
            let factors: Vec<*const u8> = terms.iter().map(|(_, factor)| factor.as_ptr()).collect();
            let mut sum = <$point>::default();
            unsafe {
                let mut scratch: Vec<limb_t> = vec![0; $scratch(terms.len()) / size_of::<limb_t>()];
                let scratch = scratch.as_mut_ptr();
                $multiply(&mut sum, points.as_ptr(), terms.len(), factors.as_ptr(), 128, scratch);
                $to_affine(&mut affine, &sum);
            }
            affine
        }
    };
}

points!(
    blst_p1,
    blst_p1_affine,
    g1_of,
    blst_p1_from_affine,
    blst_p1_to_affine,
    g1_to_affine,
    blst_p1s_to_affine,
    sum_in_g1,
    blst_p1s_mult_pippenger,
    blst_p1s_mult_pippenger_scratch_sizeof
);
points!(
    blst_p2,
    blst_p2_affine,
    g2_of,
    blst_p2_from_affine,
    blst_p2_to_affine,
    g2_to_affine,
    blst_p2s_to_affine,
    sum_in_g2,
    blst_p2s_mult_pippenger,
    blst_p2s_mult_pippenger_scratch_sizeof
);

pub fn add_in_g2(a: blst_p2, b: blst_p2) -> blst_p2 {
    let mut sum = blst_p2::default();
    unsafe { blst_p2_add_or_double(&mut sum, &a, &b) };
    sum
}

/// Both coordinates.
type Key = ([u64; 6], [u64; 6]);

/// Pairings of which the product is wanted.
#[derive(Default)]
pub struct Pairings {
    /// By the point in G1: pairings that share it are one, with the sum of the others. Workers' keys sign three
    /// times in each block.
    pairs: HashMap<Key, (blst_p1_affine, Vec<(blst_p2, Factor)>)>,
    less_g1: Vec<(blst_p1_affine, Factor)>,
    less_g2: Vec<(blst_p2_affine, Factor)>,
}

impl Pairings {
    /// Multiplies by e(a, b)^factor.
    pub fn add(&mut self, (a, b): Pair, factor: Factor) {
        if a != blst_p1_affine::default() && !unsafe { blst_p2_is_inf(&b) } {
            self.pairs.entry((a.x.l, a.y.l)).or_insert_with(|| (a, Vec::new())).1.push((b, factor));
        }
    }

    /// Divides by e(point, generator)^factor.
    pub fn subtract_in_g1(&mut self, point: blst_p1_affine, factor: Factor) {
        // The identity adds nothing to the sum, and those who sum need not know it.
        if point != blst_p1_affine::default() {
            self.less_g1.push((point, factor));
        }
    }

    /// Divides by e(generator, point)^factor.
    pub fn subtract_in_g2(&mut self, point: blst_p2_affine, factor: Factor) {
        if point != blst_p2_affine::default() {
            self.less_g2.push((point, factor));
        }
    }

    /// The product before the final exponentiation.
    pub fn product(self) -> blst_fp12 {
        let (mut g1, mut g2) = (Vec::new(), Vec::new());
        for (a, others) in self.pairs.values() {
            let (a, b) = match others[..] {
                [(b, factor)] => (times(a, &factor), b),
                _ => (g1_of(a), sum_of(others)),
            };
            if !unsafe { blst_p2_is_inf(&b) } {
                g1.push(a);
                g2.push(b);
            }
        }
        let (mut g1, mut g2) = (g1_to_affine(&g1), g2_to_affine(&g2));
        let sum = sum_in_g1(&self.less_g1);
        if sum != blst_p1_affine::default() {
            g1.push(sum);
            g2.push(unsafe { BLS12_381_NEG_G2 });
        }
        let sum = sum_in_g2(&self.less_g2);
        if sum != blst_p2_affine::default() {
            g1.push(unsafe { BLS12_381_NEG_G1 });
            g2.push(sum);
        }
        miller_loop(&g1, &g2)
    }
}

fn times(point: &blst_p1_affine, factor: &Factor) -> blst_p1 {
    let base = g1_of(point);
    let mut product = base;
    if *factor != ONE {
        unsafe { blst_p1_mult(&mut product, &base, factor.as_ptr(), 128) };
    }
    product
}

fn sum_of(terms: &[(blst_p2, Factor)]) -> blst_p2 {
    let points: Vec<blst_p2> = terms.iter().map(|&(point, _)| point).collect();
    let factors = terms.iter().map(|&(_, factor)| factor);
    g2_of(&sum_in_g2(&g2_to_affine(&points).into_iter().zip(factors).collect::<Vec<_>>()))
}

fn miller_loop(g1: &[blst_p1_affine], g2: &[blst_p2_affine]) -> blst_fp12 {
    let mut product = blst_fp12::default();
    if !g1.is_empty() {
        let (g1s, g2s) = ([g1.as_ptr(), std::ptr::null()], [g2.as_ptr(), std::ptr::null()]);
        unsafe { blst_miller_loop_n(&mut product, g2s.as_ptr(), g1s.as_ptr(), g1.len()) };
    }
    product
}
