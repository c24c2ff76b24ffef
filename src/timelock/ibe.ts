/**
 * Identity-based encryption to an entry that an unchained beacon of quicknet's kind will have, by Boneh and Franklin with
 * the transform of Fujisaki and Okamoto. Source: drand's kyber, encrypt/ibe/ibe.go.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { concatBytes } from "../util/bytes.js";

const { G1, G2, fields, pairing } = bls12_381;
const { Fr, Fp, Fp12 } = fields;
type Gt = Parameters<typeof Fp12.toBytes>[0];

const DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
/** Bytes of a point of G2. */
const POINT_BYTES = G2.Point.BASE.toBytes().length;
/** A hash of 255 bits is below the order of the group with a chance of nine in ten. */
const MOST_TRIES = 65_535;

/**
 * Encrypts a key of 32 bytes at most.
 *
 * @param publicKey the beacon's
 * @param digest that the entry signs: the hash of its round
 */
export function encryptKey(publicKey: Uint8Array, digest: Uint8Array, key: Uint8Array): Uint8Array {
  const sigma = randomBytes(key.length);
  const factor = factorOf(sigma, key);
  const identity = G1.hashToCurve(digest, { DST }) as typeof G1.Point.BASE;
  const shared = Fp12.pow(pairing(identity, G2.Point.fromBytes(publicKey)), factor);
  const point = G2.Point.BASE.multiply(factor);
  return concatBytes(point.toBytes(), xor(sigma, maskOf(shared, key.length)), xor(key, hiddenBy(sigma)));
}

/**
 * The key, if these bytes are one that is encrypted to the entry's round and beacon; undefined: they are not.
 *
 * @param entry data of the beacon's entry
 */
export function decryptKey(entry: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
  const length = (bytes.length - POINT_BYTES) / 2;
  if (!Number.isInteger(length) || length < 1 || length > 32) return undefined;
  const [signature, point] = [pointOf(G1.Point, entry), pointOf(G2.Point, bytes.subarray(0, POINT_BYTES))];
  if (signature === undefined || point === undefined) return undefined;
  const masked = bytes.subarray(POINT_BYTES, POINT_BYTES + length);
  const sigma = xor(masked, maskOf(pairing(signature, point), length));
  const key = xor(bytes.subarray(POINT_BYTES + length), hiddenBy(sigma));
  return G2.Point.BASE.multiply(factorOf(sigma, key)).equals(point) ? key : undefined;
}

/** A point of the group that is not its identity. */
function pointOf<P extends { is0(): boolean; assertValidity(): void }>(
  points: { fromBytes(bytes: Uint8Array): P },
  bytes: Uint8Array,
): P | undefined {
  try {
    const point = points.fromBytes(bytes);
    point.assertValidity();
    return point.is0() ? undefined : point;
  } catch {
    return undefined;
  }
}

/** A hash of an element, whose coefficients come with the highest one first. */
function maskOf(element: Gt, length: number): Uint8Array {
  const bytes = Fp12.toBytes(element);
  const coefficients = Array.from({ length: bytes.length / Fp.BYTES }, (_, i) =>
    bytes.subarray(i * Fp.BYTES, (i + 1) * Fp.BYTES),
  );
  return sha256(concatBytes(Buffer.from("IBE-H2"), ...coefficients.reverse())).subarray(0, length);
}

/** The factor that follows from both, so that who has decrypted can tell whether all is as it was encrypted. */
function factorOf(sigma: Uint8Array, key: Uint8Array): bigint {
  const seed = sha256(concatBytes(Buffer.from("IBE-H3"), sigma, key));
  for (let i = 1; i <= MOST_TRIES; i++) {
    const hash = sha256(concatBytes(Uint8Array.of(i & 0xff, i >> 8), seed));
    hash[0] = (hash[0] as number) >> 1;
    const factor = BigInt(`0x${Buffer.from(hash).toString("hex")}`);
    if (factor > 0n && factor < Fr.ORDER) return factor;
  }
  throw new Error("no hash of 65,535 is below the order of the group");
}

function hiddenBy(sigma: Uint8Array): Uint8Array {
  return sha256(concatBytes(Buffer.from("IBE-H4"), sigma)).subarray(0, sigma.length);
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number));
}
