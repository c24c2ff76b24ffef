//! Multiples that cost next to nothing, and those made of them.

use super::field::Fp2;
use blst::*;
use std::sync::LazyLock;

/// The curves' parameter is −Z.
const Z: u64 = 0xd201_0000_0001_0000;

/// Constants of `psi`: it multiplies by the parameter in G2.
static PSI: LazyLock<(Fp2, Fp2)> = LazyLock::new(|| {
    let generator = unsafe { *blst_p2_generator() };
    let (x, y) = affine(&generator);
    let (zx, zy) = affine(&times_parameter(&generator));
    (zx / x.conjugate(), zy / y.conjugate())
});

/// The point in G2 that RFC 9380 (G.3) has for a point on the curve.
pub fn clear_cofactor(point: &blst_p2) -> blst_p2 {
    let once = psi(point);
    let zp = times_parameter(point);
    let [mut sum, zp, twice] = [times_parameter(&plus(&zp, &once)), zp, psi(&psi(&plus(point, point)))];
    for less in [&zp, point, &once] {
        sum = plus(&sum, &negative(less));
    }
    plus(&sum, &twice)
}

fn times_parameter(point: &blst_p2) -> blst_p2 {
    let mut multiple = *point;
    for bit in (0..Z.ilog2()).rev() {
        let half = multiple;
        unsafe { blst_p2_double(&mut multiple, &half) };
        if Z >> bit & 1 == 1 {
            multiple = plus(&multiple, point);
        }
    }
    negative(&multiple)
}

/// The Frobenius map, between maps to the curve of G1 and back.
pub fn psi(point: &blst_p2) -> blst_p2 {
    let blst_p2_affine { x, y } = psi_affine(&blst_p2_affine { x: point.x, y: point.y });
    blst_p2 { x, y, z: Fp2(point.z).conjugate().0 }
}

pub fn psi_affine(point: &blst_p2_affine) -> blst_p2_affine {
    let (x, y) = *PSI;
    blst_p2_affine { x: (x * Fp2(point.x).conjugate()).0, y: (y * Fp2(point.y).conjugate()).0 }
}

fn plus(a: &blst_p2, b: &blst_p2) -> blst_p2 {
    let mut sum = blst_p2::default();
    unsafe { blst_p2_add_or_double(&mut sum, a, b) };
    sum
}

fn negative(point: &blst_p2) -> blst_p2 {
    let mut negative = *point;
    unsafe { blst_p2_cneg(&mut negative, true) };
    negative
}

fn affine(point: &blst_p2) -> (Fp2, Fp2) {
    let mut affine = blst_p2_affine::default();
    unsafe { blst_p2_to_affine(&mut affine, point) };
    (Fp2(affine.x), Fp2(affine.y))
}
