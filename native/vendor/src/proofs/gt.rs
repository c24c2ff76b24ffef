//! The group of pairings' values: its compressed form, and products of powers. Source: crate blstrs 0.7.

use super::groth16::take;
use super::scalar::Scalar;
use blst::*;

/// Bytes of a coordinate.
const FP_BYTES: usize = 48;
pub const COMPRESSED_BYTES: usize = 6 * FP_BYTES;
/// Bits of a factor that are looked at together.
const WINDOW: usize = 4;

/// An element from its compressed form, half of its coordinates: (a + w) / (a − w). Nothing if that is not in the group.
pub fn read_gt(bytes: &[u8; COMPRESSED_BYTES]) -> Option<blst_fp12> {
    let mut rest = bytes.as_slice();
    let mut sum = blst_fp12::default();
    for coordinate in sum.fp6[0].fp2.iter_mut().flat_map(|fp2| fp2.fp.iter_mut()) {
        *coordinate = read_fp(take(&mut rest)?)?;
    }
    let mut difference = sum;
    let one = unsafe { *blst_fp12_one() }.fp6[0].fp2[0].fp[0];
    sum.fp6[1].fp2[0].fp[0] = one;
    unsafe { blst_fp_cneg(&mut difference.fp6[1].fp2[0].fp[0], &one, true) };
    let (mut inverse, mut element) = (blst_fp12::default(), blst_fp12::default());
    unsafe {
        blst_fp12_inverse(&mut inverse, &difference);
        blst_fp12_mul(&mut element, &sum, &inverse);
        blst_fp12_in_group(&element).then_some(element)
    }
}

fn read_fp(bytes: &[u8; FP_BYTES]) -> Option<blst_fp> {
    let mut number = blst_fp::default();
    unsafe { blst_fp_from_lendian(&mut number, bytes.as_ptr()) };
    (fp_bytes(&number) == *bytes).then_some(number)
}

fn fp_bytes(number: &blst_fp) -> [u8; FP_BYTES] {
    let mut bytes = [0; FP_BYTES];
    unsafe { blst_lendian_from_fp(bytes.as_mut_ptr(), number) };
    bytes
}

/// All coordinates, as transcripts have them.
pub fn gt_bytes(element: &blst_fp12) -> Vec<u8> {
    let coordinates = element.fp6.iter().flat_map(|fp6| fp6.fp2.iter()).flat_map(|fp2| fp2.fp.iter());
    coordinates.flat_map(fp_bytes).collect()
}

/// The product of each element to the power of its factor.
pub fn product_of_powers(terms: &[(blst_fp12, Scalar)]) -> blst_fp12 {
    let terms: Vec<(Vec<blst_fp12>, [u8; Scalar::BYTES])> =
        terms.iter().map(|(element, factor)| (first_powers(element), factor.to_bytes())).collect();
    let mut product = unsafe { *blst_fp12_one() };
    for window in (0..8 * Scalar::BYTES).step_by(WINDOW).rev() {
        for _ in 0..WINDOW {
            unsafe { blst_fp12_cyclotomic_sqr(&mut product, &product.clone()) };
        }
        for (powers, factor) in &terms {
            let digit = factor[window / 8] >> (window % 8) & 0xf;
            if let Some(power) = usize::from(digit).checked_sub(1) {
                unsafe { blst_fp12_mul(&mut product, &product.clone(), &powers[power]) };
            }
        }
    }
    product
}

/// Powers 1 to 15.
fn first_powers(element: &blst_fp12) -> Vec<blst_fp12> {
    let mut powers = vec![*element];
    while powers.len() + 1 < 1 << WINDOW {
        let mut next = blst_fp12::default();
        unsafe { blst_fp12_mul(&mut next, &powers[powers.len() - 1], element) };
        powers.push(next);
    }
    powers
}
