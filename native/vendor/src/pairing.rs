//! Products of pairings, in the calling thread: blst's own functions for many points use threads of theirs.

use blst::{
    BLS12_381_NEG_G1, BLS12_381_NEG_G2, blst_fp12, blst_hash_to_g1, blst_hash_to_g2, blst_miller_loop_n,
    blst_p1, blst_p1_affine, blst_p1_from_affine, blst_p1_mult, blst_p1_to_affine, blst_p1s_mult_pippenger,
    blst_p1s_mult_pippenger_scratch_sizeof, blst_p1s_to_affine, blst_p2, blst_p2_affine, blst_p2_to_affine,
    blst_p2s_mult_pippenger, blst_p2s_mult_pippenger_scratch_sizeof, limb_t,
};

pub type Pair = (blst_p1_affine, blst_p2_affine);

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

pub fn hash_to_g2(text: &[u8], dst: &[u8]) -> blst_p2_affine {
    let (mut point, mut affine) = (blst_p2::default(), blst_p2_affine::default());
    unsafe {
        let (text, len) = (text.as_ptr(), text.len());
        blst_hash_to_g2(&mut point, text, len, dst.as_ptr(), dst.len(), std::ptr::null(), 0);
        blst_p2_to_affine(&mut affine, &point);
    }
    affine
}

/// Pairings of which the product is wanted.
#[derive(Default)]
pub struct Pairings {
    g1: Vec<blst_p1>,
    g2: Vec<blst_p2_affine>,
    less_g1: Vec<(blst_p1_affine, Factor)>,
    less_g2: Vec<(blst_p2_affine, Factor)>,
}

impl Pairings {
    /// Multiplies by e(a, b)^factor. Neither point is the identity.
    pub fn add(&mut self, (a, b): &Pair, factor: &Factor) {
        let mut point = blst_p1::default();
        unsafe {
            blst_p1_from_affine(&mut point, a);
            if *factor != ONE {
                let base = point;
                blst_p1_mult(&mut point, &base, factor.as_ptr(), 128);
            }
        }
        self.g1.push(point);
        self.g2.push(*b);
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
    pub fn product(mut self) -> blst_fp12 {
        let mut g1 = to_affine(&self.g1);
        let sum = sum_in_g1(&self.less_g1);
        if sum != blst_p1_affine::default() {
            g1.push(sum);
            self.g2.push(unsafe { BLS12_381_NEG_G2 });
        }
        let sum = sum_in_g2(&self.less_g2);
        if sum != blst_p2_affine::default() {
            g1.push(unsafe { BLS12_381_NEG_G1 });
            self.g2.push(sum);
        }
        miller_loop(&g1, &self.g2)
    }
}

fn miller_loop(g1: &[blst_p1_affine], g2: &[blst_p2_affine]) -> blst_fp12 {
    let mut product = blst_fp12::default();
    if !g1.is_empty() {
        // One pointer and null: the points follow each other.
        let (g1s, g2s) = ([g1.as_ptr(), std::ptr::null()], [g2.as_ptr(), std::ptr::null()]);
        unsafe { blst_miller_loop_n(&mut product, g2s.as_ptr(), g1s.as_ptr(), g1.len()) };
    }
    product
}

fn to_affine(points: &[blst_p1]) -> Vec<blst_p1_affine> {
    let mut affine = vec![blst_p1_affine::default(); points.len()];
    if !points.is_empty() {
        let pointers = [points.as_ptr(), std::ptr::null()];
        unsafe { blst_p1s_to_affine(affine.as_mut_ptr(), pointers.as_ptr(), points.len()) };
    }
    affine
}

macro_rules! sum {
    ($name:ident, $point:ty, $affine:ty, $mult:ident, $scratch:ident, $to_affine:ident) => {
        /// The sum of the points times their factors.
        fn $name(terms: &[($affine, Factor)]) -> $affine {
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
                $mult(&mut sum, points.as_ptr(), terms.len(), factors.as_ptr(), 128, scratch);
                $to_affine(&mut affine, &sum);
            }
            affine
        }
    };
}

sum!(
    sum_in_g1,
    blst_p1,
    blst_p1_affine,
    blst_p1s_mult_pippenger,
    blst_p1s_mult_pippenger_scratch_sizeof,
    blst_p1_to_affine
);
sum!(
    sum_in_g2,
    blst_p2,
    blst_p2_affine,
    blst_p2s_mult_pippenger,
    blst_p2s_mult_pippenger_scratch_sizeof,
    blst_p2_to_affine
);
