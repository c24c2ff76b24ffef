//! Products of pairings, in the calling thread: blst's own functions for many points use threads of theirs.

mod cofactor;
mod factor;
mod field;
mod map_to_curve;
mod subgroup;
mod sum;

use blst::*;
use cofactor::clear_cofactor;
use sum::{sum_in_g1, sum_in_g2};

pub use factor::{Factor, RandomBytes};
pub use map_to_curve::hash_to_curve;
pub use subgroup::are_in_g2;

pub fn hash_to_g1(text: &[u8], dst: &[u8]) -> blst_p1_affine {
    let (mut point, mut affine) = (blst_p1::default(), blst_p1_affine::default());
    unsafe {
        let (text, len) = (text.as_ptr(), text.len());
        blst_hash_to_g1(&mut point, text, len, dst.as_ptr(), dst.len(), std::ptr::null(), 0);
        blst_p1_to_affine(&mut affine, &point);
    }
    affine
}

macro_rules! affine {
    ($of:ident, $name:ident, $point:ty, $affine:ty, $convert:ident, $convert_all:ident) => {
        fn $of(affine: &$affine) -> $point {
            let mut point = <$point>::default();
            unsafe { $convert(&mut point, affine) };
            point
        }

        /// None of them is the identity.
        fn $name(points: &[$point]) -> Vec<$affine> {
            let mut affine = vec![<$affine>::default(); points.len()];
            if !points.is_empty() {
                // One pointer and null: the points follow each other.
                let pointers = [points.as_ptr(), std::ptr::null()];
                unsafe { $convert_all(affine.as_mut_ptr(), pointers.as_ptr(), points.len()) };
            }
            affine
        }
    };
}

affine!(g1_of, g1_to_affine, blst_p1, blst_p1_affine, blst_p1_from_affine, blst_p1s_to_affine);
affine!(g2_of, g2_to_affine, blst_p2, blst_p2_affine, blst_p2_from_affine, blst_p2s_to_affine);

/// Pairings of which the product is wanted.
#[derive(Default)]
pub struct Pairings {
    /// Both parts of each pairing.
    g1: Vec<blst_p1>,
    g2: Vec<blst_p2>,
    less_g1: Vec<(blst_p1_affine, Factor)>,
    less_g2: Vec<(blst_p2_affine, Factor)>,
}

impl Pairings {
    /// Multiplies by e(a, b)^factor for each factor. `b` is on the curve, and its point in G2 is meant.
    pub fn add(&mut self, a: blst_p1_affine, b: &blst_p2, factors: &[Factor]) {
        let terms: Vec<(blst_p1_affine, Factor)> = factors.iter().map(|&factor| (a, factor)).collect();
        self.push(sum_in_g1(&terms), clear_cofactor(b));
    }

    /// Multiplies by e(a, b)^factor for each b: by one pairing of a and their sum, since workers' keys sign three times in
    /// each block. Each `b` is as that of `add`.
    ///
    /// `others`: equal factors follow each other.
    pub fn add_sum(&mut self, a: blst_p1_affine, others: &[(blst_p2, Factor)]) {
        let sums = others.chunk_by(|(_, a), (_, b)| a == b).filter_map(|equal| {
            let sum = equal.iter().map(|(point, _)| *point).reduce(add_in_g2)?;
            (!unsafe { blst_p2_is_inf(&sum) }).then_some((sum, equal[0].1))
        });
        let (points, factors): (Vec<blst_p2>, Vec<Factor>) = sums.unzip();
        let terms: Vec<_> = g2_to_affine(&points).into_iter().zip(factors).collect();
        self.push(g1_of(&a), clear_cofactor(&sum_in_g2(&terms)));
    }

    /// Multiplies by e(a, b)^factor for each a: by one pairing of b and their sum.
    pub fn add_in_g2(&mut self, b: blst_p2_affine, others: &[(blst_p1_affine, Factor)]) {
        self.push(sum_in_g1(others), g2_of(&b));
    }

    /// Multiplies by e(a, b).
    pub fn add_pair(&mut self, a: blst_p1, b: &blst_p2_affine) {
        self.push(a, g2_of(b));
    }

    /// Divides by e(point, generator)^factor.
    pub fn subtract_in_g1(&mut self, point: blst_p1_affine, factor: Factor) {
        self.less_g1.push((point, factor));
    }

    /// Divides by e(generator, point)^factor.
    pub fn subtract_in_g2(&mut self, point: blst_p2_affine, factor: Factor) {
        self.less_g2.push((point, factor));
    }

    /// The product before the final exponentiation.
    pub fn product(mut self) -> blst_fp12 {
        let (less_g1, less_g2) = (sum_in_g1(&self.less_g1), sum_in_g2(&self.less_g2));
        let (minus_g1, minus_g2) = unsafe { (BLS12_381_NEG_G1, BLS12_381_NEG_G2) };
        self.push(less_g1, g2_of(&minus_g2));
        self.push(g1_of(&minus_g1), less_g2);
        miller_loop(&g1_to_affine(&self.g1), &g2_to_affine(&self.g2))
    }

    /// Pairings with the identity are one.
    fn push(&mut self, a: blst_p1, b: blst_p2) {
        if unsafe { !blst_p1_is_inf(&a) && !blst_p2_is_inf(&b) } {
            self.g1.push(a);
            self.g2.push(b);
        }
    }
}

fn add_in_g2(a: blst_p2, b: blst_p2) -> blst_p2 {
    let mut sum = blst_p2::default();
    unsafe { blst_p2_add_or_double(&mut sum, &a, &b) };
    sum
}

fn miller_loop(g1: &[blst_p1_affine], g2: &[blst_p2_affine]) -> blst_fp12 {
    let mut product = blst_fp12::default();
    if !g1.is_empty() {
        let (g1s, g2s) = ([g1.as_ptr(), std::ptr::null()], [g2.as_ptr(), std::ptr::null()]);
        unsafe { blst_miller_loop_n(&mut product, g2s.as_ptr(), g1s.as_ptr(), g1.len()) };
    }
    product
}
