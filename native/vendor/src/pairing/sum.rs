//! Sums of points times factors. Doublings are made once for all points: so they cost most where points are few.

use super::factor::{Factor, PLACES};
use blst::*;
use std::sync::LazyLock;

/// The curves' parameter without its sign, the low byte first. λ is −PARAMETER².
const PARAMETER: [u8; 8] = 0xd201_0000_0001_0000_u64.to_le_bytes();

macro_rules! sums {
    (
        $sum:ident, $root:ident, $point:ty, $affine:ident, $coordinate:ty, $generator:ident, $multiply:ident,
        $to_affine:ident, $is_identity:ident, $double:ident, $add:ident, $times:ident, $inverse:ident
    ) => {
        /// What x is multiplied by if a point is multiplied by λ.
        static $root: LazyLock<$coordinate> = LazyLock::new(|| {
            let mut points = [unsafe { *$generator() }; 3];
            let mut affine = [$affine::default(); 3];
            let (mut inverse, mut root) = (<$coordinate>::default(), <$coordinate>::default());
            unsafe {
                for i in 1..3 {
                    $multiply(&mut points[i], &points[i - 1], PARAMETER.as_ptr(), u64::BITS as usize);
                    $to_affine(&mut affine[i], &points[i]);
                }
                $to_affine(&mut affine[0], &points[0]);
                $inverse(&mut inverse, &affine[0].x);
                $times(&mut root, &affine[2].x, &inverse);
            }
            root
        });

        pub fn $sum(terms: &[($affine, Factor)]) -> $point {
            let multiplied = |point: $affine| {
                let mut multiple = point;
                unsafe { $times(&mut multiple.x, &point.x, &*$root) };
                multiple
            };
            let terms: Vec<([$affine; 3], Factor)> = terms
                .iter()
                .map(|&(point, factor)| {
                    let once = multiplied(point);
                    ([point, once, multiplied(once)], factor)
                })
                .collect();
            let mut sum = <$point>::default();
            for place in (0..PLACES).rev() {
                if !unsafe { $is_identity(&sum) } {
                    let half = sum;
                    unsafe { $double(&mut sum, &half) };
                }
                for (multiples, factor) in &terms {
                    if let Some(unit) = factor.unit(place) {
                        let before = sum;
                        unsafe { $add(&mut sum, &before, &multiples[unit]) };
                    }
                }
            }
            sum
        }
    };
}

sums!(
    sum_in_g1,
    ROOT_IN_G1,
    blst_p1,
    blst_p1_affine,
    blst_fp,
    blst_p1_generator,
    blst_p1_mult,
    blst_p1_to_affine,
    blst_p1_is_inf,
    blst_p1_double,
    blst_p1_add_or_double_affine,
    blst_fp_mul,
    blst_fp_eucl_inverse
);
sums!(
    sum_in_g2,
    ROOT_IN_G2,
    blst_p2,
    blst_p2_affine,
    blst_fp2,
    blst_p2_generator,
    blst_p2_mult,
    blst_p2_to_affine,
    blst_p2_is_inf,
    blst_p2_double,
    blst_p2_add_or_double_affine,
    blst_fp2_mul,
    blst_fp2_eucl_inverse
);
