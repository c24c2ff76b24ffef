/** In the addon's place: what checking bundles asks of it, by noble's hashes and curves. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { cidFromParts } from "../../encoding/cid.js";
import { BLAKE2B_256, KECCAK_256, SHA2_256 } from "../../encoding/codecs.js";
import type { NativeAddon } from "../../native/addon.js";
import { joinBytes, latin1Bytes } from "../../util/bytes.js";

type Point = InstanceType<typeof bls12_381.G1.Point>;

const KEY_BYTES = 48;
const FACTOR_BYTES = 17;
const POINT_BYTES = 96;
const DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
const { G1, G2, fields, pairingBatch } = bls12_381;

const HASHES: ReadonlyMap<number, (data: Uint8Array) => Uint8Array> = new Map([
  [SHA2_256, sha256],
  [BLAKE2B_256, (data: Uint8Array) => blake2b(data, { dkLen: 32 })],
  [0xb240, (data: Uint8Array) => blake2b(data, { dkLen: 64 })],
  [KECCAK_256, keccak_256],
  [0x1053, ripemd160],
]);

/** The part of the addon that is asked. */
export const native: Pick<
  NativeAddon,
  "hash" | "blake2b" | "cidOf" | "blsMultiples" | "verifyBlsSum" | "tellDecoded"
> = {
  hash: (code, data) => HASHES.get(code)?.(data),
  blake2b: (data, length) => blake2b(data, { dkLen: length }),
  cidOf(codec, data) {
    const bytes = typeof data === "string" ? latin1Bytes(data) : data;
    return cidFromParts(codec, BLAKE2B_256, blake2b(bytes, { dkLen: 32 }));
  },
  blsMultiples(keys, factors) {
    const points: Uint8Array[] = [];
    for (let i = 0; i * KEY_BYTES < keys.length; i++) {
      const key = keyOf(keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES));
      if (key === undefined) return i;
      const factor = factors.subarray(i * FACTOR_BYTES, (i + 1) * FACTOR_BYTES);
      const number = factor.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
      points.push(key.multiplyUnsafe(number).toBytes(false));
    }
    return joinBytes(points);
  },
  verifyBlsSum(signature, points, text) {
    let sum = G1.Point.ZERO;
    for (let at = 0; at < points.length; at += POINT_BYTES) {
      sum = sum.add(G1.Point.fromBytes(points.subarray(at, at + POINT_BYTES)));
    }
    if (sum.is0()) return false;
    try {
      const signed = G2.Point.fromBytes(signature);
      signed.assertValidity();
      const hashed = G2.hashToCurve(text, { DST });
      const product = pairingBatch([
        { g1: sum, g2: hashed as typeof signed },
        { g1: G1.Point.BASE.negate(), g2: signed },
      ]);
      return fields.Fp12.eql(product, fields.Fp12.ONE);
    } catch {
      return false; // no point, or the identity
    }
  },
  tellDecoded: () => undefined,
};

/** Undefined if it is malformed, outside the subgroup or the identity. */
function keyOf(bytes: Uint8Array): Point | undefined {
  try {
    const point = G1.Point.fromBytes(bytes);
    point.assertValidity();
    return point.is0() ? undefined : point;
  } catch {
    return undefined;
  }
}
