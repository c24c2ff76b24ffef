//! Points as proofs and keys have them, and sums of their multiples.

use super::scalar::Scalar;
use blst::*;

pub const G1_BYTES: usize = 48;
pub const G2_BYTES: usize = 96;

macro_rules! points {
    ($read:ident, $read_plain:ident, $affine:ident, $bytes:ident, $uncompress:ident, $deserialize:ident,
     $in_group:ident, $is_identity:ident) => {
        /// A compressed point of the group, which may be the identity.
        pub fn $read(bytes: &[u8; $bytes]) -> Option<$affine> {
            let mut point = $affine::default();
            let is_point = unsafe {
                $uncompress(&mut point, bytes.as_ptr()) == BLST_ERROR::BLST_SUCCESS && $in_group(&point)
            };
            is_point.then_some(point)
        }

        /// An uncompressed point of the curve, but the identity.
        pub fn $read_plain(bytes: &[u8; 2 * $bytes]) -> Option<$affine> {
            let mut point = $affine::default();
            let is_point = unsafe {
                bytes[0] & 0x80 == 0
                    && $deserialize(&mut point, bytes.as_ptr()) == BLST_ERROR::BLST_SUCCESS
                    && !$is_identity(&point)
            };
            is_point.then_some(point)
        }
    };
}

points!(
    read_g1,
    read_plain_g1,
    blst_p1_affine,
    G1_BYTES,
    blst_p1_uncompress,
    blst_p1_deserialize,
    blst_p1_affine_in_g1,
    blst_p1_affine_is_inf
);
points!(
    read_g2,
    read_plain_g2,
    blst_p2_affine,
    G2_BYTES,
    blst_p2_uncompress,
    blst_p2_deserialize,
    blst_p2_affine_in_g2,
    blst_p2_affine_is_inf
);

/// The sum of each point times its factor.
///
/// Most inputs of circuits are numbers of nodes, which are short: those are a sum of their own, with fewer doublings and
/// additions.
pub fn sum_of_multiples(points: &[blst_p1_affine], factors: &[Scalar]) -> blst_p1 {
    let factors: Vec<[u8; Scalar::BYTES]> = factors.iter().map(|factor| factor.to_bytes()).collect();
    let terms = points.iter().zip(&factors).filter(|(point, factor)| {
        factor.iter().any(|&byte| byte != 0) && !unsafe { blst_p1_affine_is_inf(*point) }
    });
    let (short, long): (Vec<_>, Vec<_>) = terms.partition(|(_, factor)| factor[24..] == [0; 8]);
    let (short, long) = (sum_of_similar(&short), sum_of_similar(&long));
    let mut sum = blst_p1::default();
    unsafe { blst_p1_add_or_double(&mut sum, &short, &long) };
    sum
}

fn sum_of_similar(terms: &[(&blst_p1_affine, &[u8; Scalar::BYTES])]) -> blst_p1 {
    let mut sum = blst_p1::default();
    let bits = terms.iter().map(|(_, factor)| bits_of(factor)).max().unwrap_or(0);
    if bits > 0 {
        let (points, factors): (Vec<*const blst_p1_affine>, Vec<*const u8>) =
            terms.iter().map(|&(point, factor)| (std::ptr::from_ref(point), factor.as_ptr())).unzip();
        // SAFETY: as many points as factors, which have so many bits; scratch memory of the size that blst asks for.
        unsafe {
            let scratch_bytes = blst_p1s_mult_pippenger_scratch_sizeof(terms.len());
            let mut scratch = vec![0_u64; scratch_bytes.div_ceil(8)];
            blst_p1s_mult_pippenger(
                &mut sum,
                points.as_ptr(),
                terms.len(),
                factors.as_ptr(),
                bits,
                scratch.as_mut_ptr(),
            );
        }
    }
    sum
}

fn bits_of(number: &[u8; Scalar::BYTES]) -> usize {
    let used = number.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    8 * used
}
