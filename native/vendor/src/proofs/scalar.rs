//! Numbers of the field in which circuits compute.

use crate::pairing::RandomBytes;
use blst::*;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Scalar(blst_fr);

impl Scalar {
    pub const BYTES: usize = 32;

    /// Nothing if the number, its low byte first, is not below the field's order.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let (mut scalar, mut number) = (blst_scalar::default(), Scalar::default());
        unsafe {
            blst_scalar_from_lendian(&mut scalar, bytes.as_ptr());
            if !blst_scalar_fr_check(&scalar) {
                return None;
            }
            blst_fr_from_scalar(&mut number.0, &scalar);
        }
        Some(number)
    }

    /// A number of 128 random bits. Nothing without randomness.
    pub fn random(random: &mut RandomBytes) -> Option<Self> {
        let mut bytes = [0; Self::BYTES];
        for byte in &mut bytes[..16] {
            *byte = random.next()?;
        }
        Self::from_bytes(&bytes)
    }

    /// The low byte first.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let (mut scalar, mut bytes) = (blst_scalar::default(), [0; Self::BYTES]);
        unsafe {
            blst_scalar_from_fr(&mut scalar, &self.0);
            blst_lendian_from_scalar(bytes.as_mut_ptr(), &scalar);
        }
        bytes
    }

    /// Zero for zero.
    pub fn inverse(self) -> Self {
        let mut inverse = Scalar::default();
        unsafe { blst_fr_eucl_inverse(&mut inverse.0, &self.0) };
        inverse
    }

    /// To the power 2^doublings.
    pub fn squared(self, doublings: u32) -> Self {
        (0..doublings).fold(self, |square, _| square * square)
    }
}

impl From<u64> for Scalar {
    fn from(number: u64) -> Self {
        let mut scalar = Scalar::default();
        unsafe { blst_fr_from_uint64(&mut scalar.0, [number, 0, 0, 0].as_ptr()) };
        scalar
    }
}

macro_rules! operator {
    ($trait:ident, $name:ident, $function:ident) => {
        impl $trait for Scalar {
            type Output = Scalar;
            fn $name(self, other: Scalar) -> Scalar {
                let mut result = Scalar::default();
                unsafe { $function(&mut result.0, &self.0, &other.0) };
                result
            }
        }
    };
}

operator!(Add, add, blst_fr_add);
operator!(Sub, sub, blst_fr_sub);
operator!(Mul, mul, blst_fr_mul);

impl Neg for Scalar {
    type Output = Scalar;
    fn neg(self) -> Scalar {
        Scalar::default() - self
    }
}

impl AddAssign for Scalar {
    fn add_assign(&mut self, other: Scalar) {
        *self = *self + other;
    }
}

impl Sum for Scalar {
    fn sum<I: Iterator<Item = Scalar>>(numbers: I) -> Scalar {
        numbers.fold(Scalar::default(), Add::add)
    }
}
