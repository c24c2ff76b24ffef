//! Which points are in G2, of those on its curve: found out together.

use super::cofactor::{psi, psi_affine};
use super::factor::RandomBytes;
use blst::*;

/// Powers of ψ that differ: Φ₁₂(ψ) = 0 on the whole curve.
const UNITS: usize = 12;
/// Nothing, or a unit.
const MULTIPLES: u8 = UNITS as u8 + 1;
/// Sums of multiples: 13^-18 is less than 2^-66.
const PAIRS_OF_SUMS: usize = 9;
/// Points from which on it takes less time than one by one.
const FEW: usize = 48;

/// Whether each is. Wrong by a chance of one in 2^64.
pub fn are_in_g2(points: &[blst_p2_affine]) -> Vec<bool> {
    if points.len() >= FEW && are_all_in_g2(points) == Some(true) {
        return vec![true; points.len()];
    }
    points.iter().map(|point| unsafe { blst_p2_affine_in_g2(point) }).collect()
}

/// Sums of random multiples of all points are in G2 if the points are. If one point is not, a sum is by a chance of one in
/// 13 at most: two multiples of that point differ by more than a point in G2, since norms of 1, units and their differences
/// are 1, 4, 9 or 16, and the cofactor is divisible neither by 2 nor by 3. Nothing without randomness.
fn are_all_in_g2(points: &[blst_p2_affine]) -> Option<bool> {
    let mut random = RandomBytes::new();
    let points: Vec<[blst_p2_affine; UNITS]> = points.iter().map(multiples).collect();
    for _ in 0..PAIRS_OF_SUMS {
        // Sums of points by the quotient of their multiples in both sums; then those that are in one sum only.
        let mut both = [blst_p2::default(); UNITS];
        let mut single = [blst_p2::default(); 2];
        for of_point in &points {
            let [a, b] = two_multiples(&mut random)?;
            match (a.checked_sub(1), b.checked_sub(1)) {
                (Some(a), Some(b)) => add(&mut both[(b + UNITS - a) % UNITS], &of_point[a]),
                (Some(a), None) => add(&mut single[0], &of_point[a]),
                (None, Some(b)) => add(&mut single[1], &of_point[b]),
                (None, None) => (),
            }
        }
        let [mut first, mut second] = [blst_p2::default(); 2];
        for sum in both.iter().rev() {
            first = plus(&first, sum);
            second = plus(&psi(&second), sum);
        }
        let sums = [plus(&first, &single[0]), plus(&second, &single[1])];
        if !sums.iter().all(|sum| unsafe { blst_p2_in_g2(sum) }) {
            return Some(false);
        }
    }
    Some(true)
}

fn multiples(point: &blst_p2_affine) -> [blst_p2_affine; UNITS] {
    let mut multiples = [*point; UNITS];
    for i in 1..UNITS {
        multiples[i] = psi_affine(&multiples[i - 1]);
    }
    multiples
}

/// Two numbers below `MULTIPLES`.
fn two_multiples(random: &mut RandomBytes) -> Option<[usize; 2]> {
    loop {
        let byte = random.next()?;
        if byte < MULTIPLES * MULTIPLES {
            return Some([byte / MULTIPLES, byte % MULTIPLES].map(usize::from));
        }
    }
}

fn add(sum: &mut blst_p2, point: &blst_p2_affine) {
    let before = *sum;
    unsafe { blst_p2_add_or_double_affine(sum, &before, point) };
}

fn plus(a: &blst_p2, b: &blst_p2) -> blst_p2 {
    let mut sum = blst_p2::default();
    unsafe { blst_p2_add_or_double(&mut sum, a, b) };
    sum
}
