//! Texts' points on the curve that G2 is a part of: RFC 9380, BLS12381G2_XMD:SHA-256_SSWU_RO_, but for the last step, which
//! takes longer than the others together and commutes with sums and multiples (`clear_cofactor`).

use super::field::Fp2;
use blst::*;
use std::sync::LazyLock;

/// Bytes that become a number below the field's order.
const BYTES: usize = 64;

pub fn hash_to_curve(text: &[u8], dst: &[u8]) -> blst_p2 {
    let mut bytes = [0; 4 * BYTES];
    unsafe {
        let (to, len) = (bytes.as_mut_ptr(), bytes.len());
        blst_expand_message_xmd(to, len, text.as_ptr(), text.len(), dst.as_ptr(), dst.len());
    }
    let (u, v) = bytes.split_at(2 * BYTES);
    let [a, b] = [u, v].map(|bytes| isogeny(simple_swu(element(bytes))));
    let mut sum = blst_p2::default();
    unsafe { blst_p2_add_or_double(&mut sum, &a, &b) };
    sum
}

fn element(bytes: &[u8]) -> Fp2 {
    let (re, im) = bytes.split_at(BYTES);
    Fp2::new(number(re), number(im))
}

fn number(bytes: &[u8]) -> blst_fp {
    let mut number = blst_fp::default();
    unsafe { blst_fp_from_be_bytes(&mut number, bytes.as_ptr(), bytes.len()) };
    number
}

/// y² = x³ + a x + b, of which there is an isogeny to G2's curve; and numbers that are needed for it.
struct Isogenous {
    a: Fp2,
    b: Fp2,
    /// −b / a
    root: Fp2,
    /// Z of the RFC.
    z: Fp2,
    one: Fp2,
    /// Where the isogeny's kernel is.
    kernel: Fp2,
    /// Numbers of Vélu's formulas: 2 (3 x² + a) and 4 y² of the kernel.
    t: Fp2,
    u: Fp2,
    scale: Fp2,
}

static ISOGENOUS: LazyLock<Isogenous> = LazyLock::new(|| {
    let (a, b) = (Fp2::small(0, 240), Fp2::small(1012, 1012));
    Isogenous {
        a,
        b,
        root: -b / a,
        z: Fp2::small(-2, -1),
        one: Fp2::small(1, 0),
        kernel: Fp2::small(-6, 6),
        t: Fp2::small(0, 48),
        u: Fp2::small(16, 16),
        scale: Fp2::small(-3, 0),
    }
});

/// RFC 9380, 6.6.2. The curve has no points of y = 0.
fn simple_swu(u: Fp2) -> (Fp2, Fp2) {
    let curve = &*ISOGENOUS;
    let on_curve = |x: Fp2| (x.square() + curve.a) * x + curve.b;
    let z_u2 = curve.z * u.square();
    let sum = z_u2.square() + z_u2;
    let first = if sum.is_zero() {
        curve.b / (curve.z * curve.a)
    } else {
        curve.root * (curve.one + curve.one / sum)
    };
    let y2 = on_curve(first);
    let (x, y2) = if y2.is_square() {
        (first, y2)
    } else {
        let second = z_u2 * first;
        (second, on_curve(second))
    };
    let y = y2.root();
    (x, if u.is_odd() == y.is_odd() { y } else { -y })
}

/// Vélu's of degree 3, then (x / 9, −y / 27); RFC 9380, E.3, has it multiplied out. Z is 0 at the kernel.
fn isogeny((x, y): (Fp2, Fp2)) -> blst_p2 {
    let curve = &*ISOGENOUS;
    let d = x - curve.kernel;
    let d2 = d.square();
    let t = curve.t * d;
    blst_p2 {
        x: (x * d2 + t + curve.u).0,
        y: (y * (d * d2 - t - curve.u - curve.u)).0,
        z: (curve.scale * d).0,
    }
}
