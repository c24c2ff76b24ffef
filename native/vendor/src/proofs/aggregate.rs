//! Many Groth16 proofs of one circuit as one: SnarkPack. Source: crate bellperson 0.27, groth16/aggregate.
//!
//! All equations become one product of pairings, each to a random power: so commitments of the prover need no powers of
//! their own.

use super::groth16::{Key, input_factors, take};
use super::gt::*;
use super::points::*;
use super::scalar::Scalar;
use super::transcript::Transcript;
use crate::pairing::{Pairings, RandomBytes};
use blst::*;

/// How challenges come about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V1,
    V2,
}

/// The first two powers of two secret numbers α and β, the zeroth of which is the same.
pub struct Srs {
    g: blst_p1_affine,
    g_powers: [blst_p1_affine; 2],
    h: blst_p2_affine,
    h_powers: [blst_p2_affine; 2],
}

impl Srs {
    /// Compressed: g, g^α, g^β, h, h^α, h^β.
    pub fn read(rest: &mut &[u8]) -> Option<Self> {
        Some(Srs {
            g: read_g1(take(rest)?)?,
            g_powers: [read_g1(take(rest)?)?, read_g1(take(rest)?)?],
            h: read_g2(take(rest)?)?,
            h_powers: [read_g2(take(rest)?)?, read_g2(take(rest)?)?],
        })
    }
}

/// A point and its compressed form, which transcripts have.
struct Point<T, const N: usize> {
    point: T,
    bytes: [u8; N],
}
type PointG1 = Point<blst_p1_affine, G1_BYTES>;
type PointG2 = Point<blst_p2_affine, G2_BYTES>;

/// Both commitments to a vector: by powers of α and of β.
type Commitment = [blst_fp12; 2];

/// The prover's values for left and right halves when vectors are folded.
struct Round {
    ab: [Commitment; 2],
    c: [Commitment; 2],
    z_ab: [blst_fp12; 2],
    z_c: [PointG1; 2],
}

pub struct Proof {
    com_ab: Commitment,
    com_c: Commitment,
    ip_ab: blst_fp12,
    agg_c: PointG1,
    rounds: Vec<Round>,
    final_a: PointG1,
    final_b: PointG2,
    final_c: PointG1,
    v: [PointG2; 2],
    w: [PointG1; 2],
    v_opening: [PointG2; 2],
    w_opening: [PointG1; 2],
}

fn g1(rest: &mut &[u8]) -> Option<PointG1> {
    let bytes = take(rest)?;
    Some(Point { point: read_g1(bytes)?, bytes: *bytes })
}

fn g2(rest: &mut &[u8]) -> Option<PointG2> {
    let bytes = take(rest)?;
    Some(Point { point: read_g2(bytes)?, bytes: *bytes })
}

fn gt(rest: &mut &[u8]) -> Option<blst_fp12> {
    read_gt(take(rest)?)
}

fn two<T>(read: impl Fn(&mut &[u8]) -> Option<T>, rest: &mut &[u8]) -> Option<[T; 2]> {
    Some([read(rest)?, read(rest)?])
}

impl Proof {
    /// Reads a proof of `count` proofs, a power of two. What follows it is ignored, as the reference does.
    pub fn read(mut bytes: &[u8], count: usize) -> Option<Self> {
        let rest = &mut bytes;
        let commitment = |rest: &mut &[u8]| two(gt, rest);
        let (com_ab, com_c, ip_ab, agg_c) = (commitment(rest)?, commitment(rest)?, gt(rest)?, g1(rest)?);
        if u32::from_le_bytes(*take(rest)?) as usize != count {
            return None;
        }
        let rounds = count.ilog2();
        let ab = (0..rounds).map(|_| two(commitment, rest)).collect::<Option<Vec<_>>>()?;
        let c = (0..rounds).map(|_| two(commitment, rest)).collect::<Option<Vec<_>>>()?;
        let z_ab = (0..rounds).map(|_| two(gt, rest)).collect::<Option<Vec<_>>>()?;
        let z_c = (0..rounds).map(|_| two(g1, rest)).collect::<Option<Vec<_>>>()?;
        let rounds = ab.into_iter().zip(c).zip(z_ab.into_iter().zip(z_c));
        Some(Proof {
            com_ab,
            com_c,
            ip_ab,
            agg_c,
            rounds: rounds.map(|((ab, c), (z_ab, z_c))| Round { ab, c, z_ab, z_c }).collect(),
            final_a: g1(rest)?,
            final_b: g2(rest)?,
            final_c: g1(rest)?,
            v: two(g2, rest)?,
            w: two(g1, rest)?,
            v_opening: two(g2, rest)?,
            w_opening: two(g1, rest)?,
        })
    }

    /// Challenges of the rounds, inverted, and that at which the commitment keys are opened.
    fn challenges(&self, hcom: Scalar, r: Scalar, version: Version) -> (Vec<Scalar>, Scalar) {
        let mut inverses: Vec<Scalar> = Vec::new();
        let first =
            Transcript::new("gipa-0").scalar(hcom).write(gt_bytes(&self.ip_ab)).write(self.agg_c.bytes);
        let mut last = first.scalar(r).challenge();
        for (i, round) in self.rounds.iter().enumerate() {
            if i > 0 || version == Version::V2 {
                last = round.write(Transcript::new(&format!("gipa-{i}")).scalar(last)).challenge();
            }
            inverses.push(last);
        }
        let with_keys = |transcript: Transcript| {
            let [v0, v1] = &self.v;
            let [w0, w1] = &self.w;
            transcript.write(v0.bytes).write(v1.bytes).write(w0.bytes).write(w1.bytes)
        };
        let finals = |transcript: Transcript| {
            transcript.write(self.final_a.bytes).write(self.final_b.bytes).write(self.final_c.bytes)
        };
        let opened = Transcript::new("random-z");
        let opened = match (version, self.rounds.last()) {
            (Version::V2, Some(round)) => {
                let link = finals(Transcript::new("gipa-extra-link").scalar(last.inverse()));
                finals(with_keys(opened.scalar(round.write(link).challenge())))
            }
            _ => with_keys(opened.scalar(last.inverse())),
        };
        (inverses, opened.challenge())
    }
}

impl Round {
    fn write(&self, transcript: Transcript) -> Transcript {
        let [z_c_left, z_c_right] = &self.z_c;
        let z_ab = self.z_ab.iter().fold(transcript, |transcript, z| transcript.write(gt_bytes(z)));
        let z = z_ab.write(z_c_left.bytes).write(z_c_right.bytes);
        let commitments = self.ab.iter().chain(&self.c).flatten();
        commitments.fold(z, |transcript, commitment| transcript.write(gt_bytes(commitment)))
    }
}

/// The product of 1 + challengeᵢ·x^(2^i), the last challenge first: the value at x of the polynomial whose coefficients
/// folded keys have.
fn folded_value(challenges: &[Scalar], x: Scalar) -> Scalar {
    let mut power = x;
    challenges.iter().rev().fold(Scalar::from(1), |value, &challenge| {
        let next = value * (Scalar::from(1) + challenge * power);
        power = power * power;
        next
    })
}

/// Sum of points times factors on the left of a pairing.
#[derive(Default)]
struct Side {
    points: Vec<blst_p1_affine>,
    factors: Vec<Scalar>,
}

impl Side {
    fn of<const N: usize>(terms: [(&blst_p1_affine, Scalar); N]) -> blst_p1 {
        let mut side = Side::default();
        for (point, factor) in terms {
            side.points.push(*point);
            side.factors.push(factor);
        }
        sum_of_multiples(&side.points, &side.factors)
    }
}

/// Whether a proof holds for the inputs of all proofs, as many as it is of. Nothing without randomness, or if the key is
/// of another circuit.
///
/// `said`: what the proofs are about, for the transcript.
pub fn verify(
    key: &Key,
    srs: &Srs,
    proof: &Proof,
    inputs: &[Vec<Scalar>],
    said: &[u8; 32],
    version: Version,
) -> Option<bool> {
    if inputs.iter().any(|inputs| inputs.len() != key.inputs()) {
        return None;
    }
    let hcom = proof.com_ab.iter().chain(&proof.com_c);
    let hcom =
        hcom.fold(Transcript::new("hcom"), |transcript, part| transcript.write(gt_bytes(part))).challenge();
    let length = (said.len() as u64).to_le_bytes();
    let r = Transcript::new("random-r").scalar(hcom).write(length).write(said).challenge();
    let (inverses, x) = proof.challenges(hcom, r, version);
    let challenges: Vec<Scalar> = inverses.iter().map(|inverse| inverse.inverse()).collect();

    // The inner product of C and powers of r is folded like all others; no pairing is needed for it.
    let mut z_c = vec![(&proof.agg_c.point, Scalar::from(1))];
    for ((round, &challenge), &inverse) in proof.rounds.iter().zip(&challenges).zip(&inverses) {
        z_c.push((&round.z_c[0].point, challenge));
        z_c.push((&round.z_c[1].point, inverse));
    }
    let (points, factors): (Vec<_>, Vec<_>) = z_c.into_iter().unzip();
    let z_c = sum_of_multiples(&points.into_iter().copied().collect::<Vec<_>>(), &factors);
    let folded_c = Side::of([(&proof.final_c.point, folded_value(&inverses, r))]);
    if !unsafe { blst_p1_is_equal(&z_c, &folded_c) } {
        return Some(false);
    }

    let mut random = RandomBytes::new();
    let mut weight = || Scalar::random(&mut random);
    let of_z = weight()?;
    let [of_ab, of_c] = [[weight()?, weight()?], [weight()?, weight()?]];
    let [of_v, of_w] = [[weight()?, weight()?], [weight()?, weight()?]];

    // On one side what the prover has committed to.
    let mut committed = vec![(proof.ip_ab, Scalar::from(1))];
    let mut commit = |first: &blst_fp12, halves: &dyn Fn(&Round) -> [blst_fp12; 2], weight: Scalar| {
        committed.push((*first, weight));
        for ((round, &challenge), &inverse) in proof.rounds.iter().zip(&challenges).zip(&inverses) {
            let [left, right] = halves(round);
            committed.push((left, weight * challenge));
            committed.push((right, weight * inverse));
        }
    };
    commit(&proof.ip_ab, &|round| round.z_ab, of_z);
    for i in 0..2 {
        commit(&proof.com_ab[i], &|round| round.ab.map(|half| half[i]), of_ab[i]);
        commit(&proof.com_c[i], &|round| round.c.map(|half| half[i]), of_c[i]);
    }
    let committed = product_of_powers(&committed);

    // On the other one pairing for each point in G2.
    let mut product = Pairings::default();
    let (a, c, g) = (&proof.final_a.point, &proof.final_c.point, &srs.g);
    let [w0, w1] = proof.w.each_ref().map(|w| &w.point);
    let value_of_v = folded_value(&inverses, x);
    let value_of_w = folded_value(&challenges, x * r.inverse()) * x.squared(proof.rounds.len() as u32);
    product.add_pair(Side::of([(a, of_z), (w0, of_ab[0]), (w1, of_ab[1])]), &proof.final_b.point);
    for i in 0..2 {
        product.add_pair(Side::of([(a, of_ab[i]), (c, of_c[i]), (g, -of_v[i])]), &proof.v[i].point);
        let opening = Side::of([(&srs.g_powers[i], of_v[i]), (g, -of_v[i] * x)]);
        product.add_pair(opening, &proof.v_opening[i].point);
        product.add_pair(Side::of([(&proof.w_opening[i].point, of_w[i])]), &srs.h_powers[i]);
    }
    let at_h = [
        (g, (of_v[0] + of_v[1]) * value_of_v + (of_w[0] + of_w[1]) * value_of_w),
        (w0, -of_w[0]),
        (w1, -of_w[1]),
        (&proof.w_opening[0].point, -of_w[0] * x),
        (&proof.w_opening[1].point, -of_w[1] * x),
    ];
    product.add_pair(Side::of(at_h), &srs.h);

    let mut powers = vec![Scalar::from(1)];
    while powers.len() < inputs.len() {
        powers.push(powers[powers.len() - 1] * r);
    }
    let factors = input_factors(inputs, &powers);
    product.add_pair(Side::of([(&key.alpha, factors[0])]), &key.beta);
    product.add_pair(sum_of_multiples(&key.ic, &factors), &key.gamma);
    product.add_pair(Side::of([(&proof.agg_c.point, Scalar::from(1))]), &key.delta);

    let mut value = blst_fp12::default();
    unsafe {
        blst_final_exp(&mut value, &product.product());
        Some(blst_fp12_is_equal(&value, &committed))
    }
}
