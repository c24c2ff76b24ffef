/** Keys for tests, made from small numbers. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";

export interface TestKey {
  /** Byte form of the key's address. */
  readonly address: Uint8Array;
  readonly publicKey: Uint8Array;
  sign(text: Uint8Array): Uint8Array;
}

const secret = (number: number) => new Uint8Array(32).fill(number, 31);

/** Protocol 1: signs blake2b-256 of the text; r, s, recovery bit. */
export function secpKey(number: number): TestKey {
  const publicKey = secp256k1.getPublicKey(secret(number), false);
  return {
    address: Uint8Array.of(1, ...blake2b(publicKey, { dkLen: 20 })),
    publicKey,
    sign: (text) => signDigest(number, blake2b(text, { dkLen: 32 })),
  };
}

/** r, s, recovery bit, of a digest. */
export function signDigest(number: number, digest: Uint8Array): Uint8Array {
  const [recovery = 0, ...rs] = secp256k1.sign(digest, secret(number), {
    prehash: false,
    format: "recovered",
  });
  return Uint8Array.of(...rs, recovery);
}

/** Protocol 3: keys in G1, signatures in G2. */
export function blsKey(number: number): TestKey {
  const scheme = bls12_381.longSignatures;
  const publicKey = scheme.getPublicKey(secret(number)).toBytes();
  return {
    address: Uint8Array.of(3, ...publicKey),
    publicKey,
    sign: (text) => scheme.sign(scheme.hash(text), secret(number)).toBytes(),
  };
}

/** Protocol 4, namespace 10: an Ethereum key. */
export function ethKey(number: number): Pick<TestKey, "address" | "publicKey"> {
  const publicKey = secp256k1.getPublicKey(secret(number), false);
  return { address: Uint8Array.of(4, 10, ...keccak_256(publicKey.slice(1)).slice(12)), publicKey };
}

/** One BLS signature of several. */
export function blsAggregate(signatures: readonly Uint8Array[]): Uint8Array {
  const scheme = bls12_381.longSignatures;
  return scheme.aggregateSignatures(signatures.map((bytes) => scheme.Signature.fromBytes(bytes))).toBytes();
}
