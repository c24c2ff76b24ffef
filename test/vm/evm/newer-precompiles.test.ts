/** Precompiled contracts that came later: BLS12-381 (EIP-2537, nv27), secp256r1 (EIP-7951, nv28). */

import { hash_to_field } from "@noble/curves/abstract/hash-to-curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { p256 } from "@noble/curves/nist.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { keccak, word } from "../../support/evm/abi.js";
import { onEachVersion, versionsBefore, versionsFrom } from "../../support/evm/on-each-version.js";
import { FAILURE, NOTHING, precompileRunner, success } from "../../support/evm/precompile.js";

const BLS_SINCE = 27;
const P256_SINCE = 28;

const { G1, G2 } = bls12_381;
type Point1 = InstanceType<typeof G1.Point>;
type Point2 = InstanceType<typeof G2.Point>;
/** An element of the field: 64 bytes, of which 16 are zero. */
const field = (value: bigint) => concatBytes(word(value >> 256n), word(value));
const g1 = (point: Point1) =>
  point.is0() ? new Uint8Array(128) : concatBytes(...[point.x, point.y].map(field));
const g2 = (point: Point2) =>
  point.is0()
    ? new Uint8Array(256)
    : concatBytes(...[point.x.c0, point.x.c1, point.y.c0, point.y.c1].map(field));
const text = new TextEncoder().encode("some text");
const [p, q] = [G1.Point.BASE.multiply(77n), G1.Point.BASE.multiply(2n ** 150n)];
const [r, t] = [G2.Point.BASE.multiply(78n), G2.Point.BASE.multiply(2n ** 151n)];

/** e(aG, bH) e(-cG, H) */
const pairs = (a: bigint, b: bigint, c: bigint) =>
  concatBytes(
    g1(G1.Point.BASE.multiply(a)),
    g2(G2.Point.BASE.multiply(b)),
    g1(G1.Point.BASE.multiply(c).negate()),
    g2(G2.Point.BASE),
  );

const bls: readonly [name: string, number: number, input: Uint8Array, output: Uint8Array][] = [
  ["G1 sum", 0x0b, concatBytes(g1(p), g1(q)), g1(p.add(q))],
  ["G1 double", 0x0b, concatBytes(g1(p), g1(p)), g1(p.double())],
  ["G1 opposites", 0x0b, concatBytes(g1(p), g1(p.negate())), g1(G1.Point.ZERO)],
  [
    "G1 products",
    0x0c,
    concatBytes(g1(p), word(5n), g1(q), word(2n ** 200n)),
    g1(p.multiply(5n).add(q.multiply(2n ** 200n))),
  ],
  ["G2 sum", 0x0d, concatBytes(g2(r), g2(t)), g2(r.add(t))],
  ["G2 products", 0x0e, concatBytes(g2(r), word(9n), g2(t), word(0n)), g2(r.multiply(9n))],
  ["equal pairings", 0x0f, pairs(6n, 7n, 42n), word(1n)],
  ["different pairings", 0x0f, pairs(6n, 7n, 41n), word(0n)],
];

/** A point of the curve that is not in the group: the smallest x that has a y. */
function outsideOfGroup(): Uint8Array {
  const { Fp } = G1.Point;
  for (let x = 1n; ; x++) {
    const square = Fp.add(Fp.pow(x, 3n), 4n);
    if (Fp.pow(square, (Fp.ORDER - 1n) / 2n) === 1n) return concatBytes(field(x), field(Fp.sqrt(square)));
  }
}

const wrong: readonly [name: string, number: number, input: Uint8Array][] = [
  ["a short sum", 0x0b, new Uint8Array(255)],
  ["no point", 0x0b, concatBytes(field(1n), field(1n), g1(p))],
  ["a number beyond the field", 0x0b, concatBytes(field(G1.Point.Fp.ORDER), field(0n), g1(p))],
  ["no products", 0x0c, new Uint8Array()],
  ["a point outside of the group", 0x0c, concatBytes(outsideOfGroup(), word(2n))],
  ["no pairs", 0x0f, new Uint8Array()],
];

const secret = new Uint8Array(32).fill(9);
const digest = keccak("signed with P-256");
const signature = p256.sign(digest, secret, { prehash: false });
const publicKey = p256.getPublicKey(secret, false).subarray(1);
const valid = concatBytes(digest, signature, publicKey);

describe("BLS12-381", () => {
  onEachVersion((net) => {
    const run = precompileRunner(net);
    test.each(bls)("%s", async (_, number, input, output) => {
      expect(await run(number, input)).toEqual(success(output));
    });
    test.each(wrong)("%s: fails", async (_, number, input) => {
      expect(await run(number, input)).toEqual(FAILURE);
    });
    test("a point outside of the group may be added", async () => {
      const point = outsideOfGroup();
      expect(await run(0x0b, concatBytes(point, new Uint8Array(128)))).toEqual(success(point));
    });
    // A text is hashed to a field element, which is mapped to a point (RFC 9380, encode_to_curve).
    test("mapping to G1", async () => {
      const [[x = 0n] = []] = hash_to_field(text, 1, { ...G1.defaults, DST: G1.defaults.encodeDST ?? "" });
      expect(await run(0x10, field(x))).toEqual(success(g1(G1.encodeToCurve(text))));
    });
    test("mapping to G2", async () => {
      const [x = []] = hash_to_field(text, 1, { ...G2.defaults, DST: G2.defaults.encodeDST ?? "" });
      expect(await run(0x11, concatBytes(...x.map(field)))).toEqual(success(g2(G2.encodeToCurve(text))));
    });
  }, versionsFrom(BLS_SINCE));
});

describe("secp256r1", () => {
  onEachVersion((net) => {
    const run = precompileRunner(net);
    test("a signature", async () => expect(await run(0x100, valid)).toEqual(success(word(1n))));
    test.each([
      ["of another text", valid.with(0, (valid[0] ?? 0) ^ 1)],
      ["with another r", valid.with(40, (valid[40] ?? 0) ^ 1)],
      ["of another key", concatBytes(digest, signature, p256.getPublicKey(keccak("k"), false).subarray(1))],
      ["too short", valid.subarray(1)],
      ["of no point", concatBytes(digest, signature, word(1n), word(1n))],
    ])("a signature %s", async (_, input) => {
      expect(await run(0x100, input)).toEqual(NOTHING);
    });
  }, versionsFrom(P256_SINCE));
});

describe("before they came", () => {
  onEachVersion((net) => {
    const run = precompileRunner(net);
    test.each(bls)("%s: an empty account", async (_, number, input) => {
      expect(await run(number, input)).toEqual(NOTHING);
    });
  }, versionsBefore(BLS_SINCE));
  onEachVersion((net) => {
    const run = precompileRunner(net);
    test("secp256r1: an empty account", async () => expect(await run(0x100, valid)).toEqual(NOTHING));
  }, versionsBefore(P256_SINCE));
});
