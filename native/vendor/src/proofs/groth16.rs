//! Groth16: e(A, B) = e(α, β) · e(Σ inputᵢ·ICᵢ, γ) · e(C, δ). Source: crate bellperson 0.27.

use super::points::*;
use super::scalar::Scalar;
use crate::pairing::{Pairings, RandomBytes};
use blst::*;
use std::sync::{Mutex, OnceLock};

/// A circuit's verifying key.
pub struct Key {
    pub alpha: blst_p1_affine,
    pub beta: blst_p2_affine,
    pub gamma: blst_p2_affine,
    pub delta: blst_p2_affine,
    /// Points of the number one, then of the inputs.
    pub ic: Vec<blst_p1_affine>,
}

/// Bytes before the points of inputs.
const KEY_HEAD: usize = 3 * 2 * G1_BYTES + 3 * 2 * G2_BYTES + 4;

/// A key that is read when it is used first: of a window PoSt that takes tens of milliseconds.
pub struct KeyFile {
    bytes: Mutex<Vec<u8>>,
    key: OnceLock<Option<Key>>,
}

impl KeyFile {
    /// Nothing if the length is wrong.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let count = u32::from_be_bytes(*bytes.get(..KEY_HEAD)?.last_chunk()?) as usize;
        let fits = count > 0 && bytes.len() - KEY_HEAD == 2 * G1_BYTES * count;
        fits.then(|| KeyFile { bytes: Mutex::new(bytes.to_vec()), key: OnceLock::new() })
    }

    /// Nothing if it has something else than points of the curves.
    pub fn key(&self) -> Option<&Key> {
        let read = || Key::read(&std::mem::take(&mut *self.bytes.lock().ok()?));
        self.key.get_or_init(read).as_ref()
    }
}

impl Key {
    /// Reads a key whose digest is known to be right, so that a point of the curve is one of the group.
    fn read(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let alpha = read_plain_g1(take(rest)?)?;
        // β in G1 is for provers only, as is δ in G1.
        read_plain_g1(take(rest)?)?;
        let beta = read_plain_g2(take(rest)?)?;
        let gamma = read_plain_g2(take(rest)?)?;
        read_plain_g1(take(rest)?)?;
        let delta = read_plain_g2(take(rest)?)?;
        take::<4>(rest)?;
        let ic = std::iter::from_fn(|| take(rest)).map(read_plain_g1).collect::<Option<_>>()?;
        Some(Key { alpha, beta, gamma, delta, ic })
    }

    pub fn inputs(&self) -> usize {
        self.ic.len() - 1
    }
}

/// The next bytes.
pub fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(taken)
}

pub struct Proof {
    a: blst_p1_affine,
    b: blst_p2_affine,
    c: blst_p1_affine,
}

impl Proof {
    pub const BYTES: usize = 2 * G1_BYTES + G2_BYTES;

    /// So many proofs, and nothing else. The reference refuses the identity.
    pub fn read_all(mut bytes: &[u8], count: usize) -> Option<Vec<Self>> {
        if bytes.len() != count * Self::BYTES {
            return None;
        }
        let rest = &mut bytes;
        let proofs = (0..count).map(|_| {
            let proof =
                Proof { a: read_g1(take(rest)?)?, b: read_g2(take(rest)?)?, c: read_g1(take(rest)?)? };
            let has_identity = unsafe {
                blst_p1_affine_is_inf(&proof.a)
                    || blst_p2_affine_is_inf(&proof.b)
                    || blst_p1_affine_is_inf(&proof.c)
            };
            (!has_identity).then_some(proof)
        });
        proofs.collect()
    }
}

/// Whether all proofs hold, each for its inputs: of several, the product of their equations to random powers, which is
/// wrong by a chance of one in 2^128. Nothing without randomness, or if the key is of another circuit.
pub fn verify(key: &Key, proofs: &[Proof], inputs: &[Vec<Scalar>]) -> Option<bool> {
    if proofs.len() != inputs.len() || inputs.iter().any(|inputs| inputs.len() != key.inputs()) {
        return None;
    }
    let mut random = RandomBytes::new();
    let mut powers = vec![Scalar::from(1)];
    while powers.len() < proofs.len() {
        powers.push(Scalar::random(&mut random)?);
    }
    let factors = input_factors(inputs, &powers);
    let mut product = Pairings::default();
    for (proof, &power) in proofs.iter().zip(&powers) {
        product.add_pair(sum_of_multiples(&[proof.a], &[power]), &proof.b);
    }
    let sides = [
        (sum_of_multiples(&[key.alpha], &factors[..1]), &key.beta),
        (sum_of_multiples(&key.ic, &factors), &key.gamma),
        (sum_of_multiples(&proofs.iter().map(|proof| proof.c).collect::<Vec<_>>(), &powers), &key.delta),
    ];
    for (point, of_key) in sides {
        product.add_pair(minus(point), of_key);
    }
    Some(is_one(product))
}

/// Factors of the key's points: of the number one the sum of all weights, of each input the sum of the lists' times their
/// weights.
pub fn input_factors(lists: &[Vec<Scalar>], weights: &[Scalar]) -> Vec<Scalar> {
    let mut factors = vec![weights.iter().copied().sum::<Scalar>()];
    factors.resize(1 + lists.first().map_or(0, Vec::len), Scalar::default());
    for (list, &weight) in lists.iter().zip(weights) {
        for (factor, &input) in factors[1..].iter_mut().zip(list) {
            *factor += input * weight;
        }
    }
    factors
}

fn minus(mut point: blst_p1) -> blst_p1 {
    unsafe { blst_p1_cneg(&mut point, true) };
    point
}

fn is_one(product: Pairings) -> bool {
    let (before, mut after) = (product.product(), blst_fp12::default());
    unsafe {
        blst_final_exp(&mut after, &before);
        blst_fp12_is_one(&after)
    }
}
