//! Random numbers by which points are multiplied: few additions each, and doublings that a sum needs once.

/// Powers of two that a factor may consist of.
pub const PLACES: u32 = u64::BITS;
/// Those that it consists of: there are 2^64.18 factors.
const TAKEN: u32 = 13;

/// Sum of 2^place times a unit for some places. The units are 1, λ and λ², where λ² + λ + 1 = 0 modulo the groups' order.
///
/// Different factors are different modulo the order, too. They are in Z[λ], because 0 and the units are modulo 2; their
/// difference is shorter than 2^66 there, and what is divisible by the order is no shorter than its root, 2^127.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Factor {
    /// The bits of the unit's number at each place, of which 0 is none.
    low: u64,
    high: u64,
}

impl Factor {
    pub const ONE: Factor = Factor { low: 1, high: 0 };

    /// Each with the same probability.
    pub fn random(random: &mut RandomBytes) -> Option<Self> {
        let mut factor = Factor { low: 0, high: 0 };
        while (factor.low | factor.high).count_ones() < TAKEN {
            let byte = random.next()?;
            let (place, unit) = (byte & 63, u64::from(byte >> 6));
            if factor.unit(place.into()).is_none() {
                factor.low |= (unit & 1) << place;
                factor.high |= (unit >> 1) << place;
            }
        }
        Some(factor)
    }

    /// Exponent of λ at a place.
    pub fn unit(&self, place: u32) -> Option<usize> {
        let unit = (self.low >> place & 1) + 2 * (self.high >> place & 1);
        (unit as usize).checked_sub(1)
    }
}

/// Bytes of the system's randomness.
pub struct RandomBytes {
    bytes: [u8; 256],
    used: usize,
}

impl RandomBytes {
    pub fn new() -> Self {
        RandomBytes { bytes: [0; 256], used: 256 }
    }

    /// Nothing without randomness.
    pub fn next(&mut self) -> Option<u8> {
        if self.used == self.bytes.len() {
            // SAFETY: room for as many bytes, which are as many as may be asked for.
            let failure = unsafe { libc::getentropy(self.bytes.as_mut_ptr().cast(), self.bytes.len()) };
            if failure != 0 {
                return None;
            }
            self.used = 0;
        }
        self.used += 1;
        Some(self.bytes[self.used - 1])
    }
}
