//! Fp2 = Fp[i], i² = −1, with operators.

use blst::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, PartialEq, Default)]
pub struct Fp2(pub blst_fp2);

impl Fp2 {
    pub fn new(re: blst_fp, im: blst_fp) -> Self {
        Fp2(blst_fp2 { fp: [re, im] })
    }

    /// re + im i
    pub fn small(re: i64, im: i64) -> Self {
        Fp2::new(small(re), small(im))
    }

    pub fn square(self) -> Self {
        self.made(|to, of| unsafe { blst_fp2_sqr(to, of) })
    }

    pub fn is_zero(self) -> bool {
        self == Fp2::default()
    }

    pub fn is_square(self) -> bool {
        unsafe { blst_fp2_is_square(&self.0) }
    }

    /// One of the two, of a square.
    pub fn root(self) -> Self {
        self.made(|to, of| {
            unsafe { blst_fp2_sqrt(to, of) };
        })
    }

    pub fn conjugate(self) -> Self {
        let [re, im] = self.0.fp;
        Fp2::new(re, negative(im))
    }

    /// sgn0 of RFC 9380.
    pub fn is_odd(self) -> bool {
        let [re, im] = self.0.fp;
        is_odd(if re == blst_fp::default() { im } else { re })
    }

    fn made(self, make: impl FnOnce(*mut blst_fp2, *const blst_fp2)) -> Self {
        let mut made = blst_fp2::default();
        make(&mut made, &self.0);
        Fp2(made)
    }
}

macro_rules! operator {
    ($trait:ident, $name:ident, $function:ident) => {
        impl $trait for Fp2 {
            type Output = Fp2;

            fn $name(self, other: Fp2) -> Fp2 {
                self.made(|to, of| unsafe { $function(to, of, &other.0) })
            }
        }
    };
}

operator!(Add, add, blst_fp2_add);
operator!(Sub, sub, blst_fp2_sub);
operator!(Mul, mul, blst_fp2_mul);

impl Div for Fp2 {
    type Output = Fp2;

    fn div(self, other: Fp2) -> Fp2 {
        self * other.made(|to, of| unsafe { blst_fp2_eucl_inverse(to, of) })
    }
}

impl Neg for Fp2 {
    type Output = Fp2;

    fn neg(self) -> Fp2 {
        Fp2::default() - self
    }
}

fn small(number: i64) -> blst_fp {
    let mut made = blst_fp::default();
    let limbs = [number.unsigned_abs(), 0, 0, 0, 0, 0];
    unsafe { blst_fp_from_uint64(&mut made, limbs.as_ptr()) };
    if number < 0 { negative(made) } else { made }
}

fn negative(number: blst_fp) -> blst_fp {
    let mut made = blst_fp::default();
    unsafe { blst_fp_cneg(&mut made, &number, true) };
    made
}

fn is_odd(number: blst_fp) -> bool {
    let mut bytes = [0; 48];
    unsafe { blst_lendian_from_fp(bytes.as_mut_ptr(), &number) };
    bytes[0] & 1 == 1
}
