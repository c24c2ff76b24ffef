//! Products of pairings, in the calling thread: blst's own functions for many points use threads of theirs.

use blst::*;

pub type Factor = u128;
pub const ONE: Factor = 1;

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
        fn $sum(terms: &[($affine, Factor)], bits: usize) -> $affine {
            let mut affine = <$affine>::default();
            if terms.is_empty() {
                return affine;
            }
            let points: Vec<*const $affine> =
                terms.iter().map(|(point, _)| std::ptr::from_ref(point)).collect();
            let bytes: Vec<[u8; 16]> = terms.iter().map(|(_, factor)| factor.to_le_bytes()).collect();
            let factors: Vec<*const u8> = bytes.iter().map(|factor| factor.as_ptr()).collect();
            let mut sum = <$point>::default();
            unsafe {
                let mut scratch: Vec<limb_t> = vec![0; $scratch(terms.len()) / size_of::<limb_t>()];
                let scratch = scratch.as_mut_ptr();
                $multiply(&mut sum, points.as_ptr(), terms.len(), factors.as_ptr(), bits, scratch);
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

/// Pairings of which the product is wanted.
pub struct Pairings {
    /// Both parts of each pairing.
    g1: Vec<blst_p1>,
    g2: Vec<blst_p2>,
    less_g1: Vec<(blst_p1_affine, Factor)>,
    less_g2: Vec<(blst_p2_affine, Factor)>,
    bits: usize,
}

impl Pairings {
    /// `bits`: those that a factor may have.
    pub fn new(bits: usize) -> Self {
        Pairings { g1: Vec::new(), g2: Vec::new(), less_g1: Vec::new(), less_g2: Vec::new(), bits }
    }

    /// Multiplies by e(a, b)^factor for each b: by one pairing of a and their sum, since workers' keys sign three times in
    /// each block.
    ///
    /// `others`: equal factors follow each other.
    pub fn add(&mut self, a: blst_p1_affine, others: &[(blst_p2, Factor)]) {
        let sums: Vec<(blst_p2, Factor)> = others
            .chunk_by(|(_, a), (_, b)| a == b)
            .filter_map(|equal| {
                let sum = equal.iter().map(|(point, _)| *point).reduce(add_in_g2)?;
                (!unsafe { blst_p2_is_inf(&sum) }).then_some((sum, equal[0].1))
            })
            .collect();
        if sums.is_empty() || a == blst_p1_affine::default() {
            return;
        }
        let (a, b) = match sums[..] {
            [(b, factor)] => (times(&a, factor, self.bits), b),
            _ => (g1_of(&a), sum_of(&sums, self.bits)),
        };
        if !unsafe { blst_p2_is_inf(&b) } {
            self.g1.push(a);
            self.g2.push(b);
        }
    }

    /// Multiplies by e(a, b)^factor for each a: by one pairing of b and their sum.
    pub fn add_in_g2(&mut self, b: blst_p2_affine, others: &[(blst_p1_affine, Factor)]) {
        let sum = sum_in_g1(others, self.bits);
        if sum != blst_p1_affine::default() {
            self.g1.push(g1_of(&sum));
            self.g2.push(g2_of(&b));
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
        let (mut g1, mut g2) = (g1_to_affine(&self.g1), g2_to_affine(&self.g2));
        let sum = sum_in_g1(&self.less_g1, self.bits);
        if sum != blst_p1_affine::default() {
            g1.push(sum);
            g2.push(unsafe { BLS12_381_NEG_G2 });
        }
        let sum = sum_in_g2(&self.less_g2, self.bits);
        if sum != blst_p2_affine::default() {
            g1.push(unsafe { BLS12_381_NEG_G1 });
            g2.push(sum);
        }
        miller_loop(&g1, &g2)
    }
}

fn add_in_g2(a: blst_p2, b: blst_p2) -> blst_p2 {
    let mut sum = blst_p2::default();
    unsafe { blst_p2_add_or_double(&mut sum, &a, &b) };
    sum
}

fn times(point: &blst_p1_affine, factor: Factor, bits: usize) -> blst_p1 {
    let base = g1_of(point);
    let mut product = base;
    if factor != ONE {
        unsafe { blst_p1_mult(&mut product, &base, factor.to_le_bytes().as_ptr(), bits) };
    }
    product
}

/// None of the points is the identity.
fn sum_of(terms: &[(blst_p2, Factor)], bits: usize) -> blst_p2 {
    let points: Vec<blst_p2> = terms.iter().map(|&(point, _)| point).collect();
    let factors = terms.iter().map(|&(_, factor)| factor);
    g2_of(&sum_in_g2(&g2_to_affine(&points).into_iter().zip(factors).collect::<Vec<_>>(), bits))
}

fn miller_loop(g1: &[blst_p1_affine], g2: &[blst_p2_affine]) -> blst_fp12 {
    let mut product = blst_fp12::default();
    if !g1.is_empty() {
        let (g1s, g2s) = ([g1.as_ptr(), std::ptr::null()], [g2.as_ptr(), std::ptr::null()]);
        unsafe { blst_miller_loop_n(&mut product, g2s.as_ptr(), g1s.as_ptr(), g1.len()) };
    }
    product
}
