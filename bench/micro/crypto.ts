/** Hashes and signatures, against what other libraries compute. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { native } from "#src/native/index.js";
import { expectSame, type Micro } from "./measure.js";

const HASHES = 1_000;
const SIGNATURES = 10;
const SIZES = [32, 1_024];
const AGGREGATED = 16;

const algorithms: readonly [name: string, code: number, hash: (data: Uint8Array) => Uint8Array][] = [
  ["SHA-256", 0x12, sha256],
  ["blake2b-256", 0xb220, (data) => blake2b(data, { dkLen: 32 })],
  ["keccak-256", 0x1b, keccak_256],
  ["RIPEMD-160", 0x1053, ripemd160],
];

const group = "crypto";
const text = new Uint8Array(200).fill(7);
const secret = (seed: number) => new Uint8Array(32).fill(seed, 31);

export function crypto(): Micro[] {
  return [...hashes(), ...secpSignatures(), ...blsSignatures()];
}

function hashes(): Micro[] {
  return algorithms.flatMap(([name, code, hash]) =>
    SIZES.map((size) => {
      const data = new Uint8Array(size).fill(3);
      const expected = hexOf(hash(data));
      const run = () => {
        let digest: Uint8Array | undefined;
        for (let round = 0; round < HASHES; round++) digest = native.hash(code, data);
        expectSame(name, hexOf(digest), expected);
      };
      return { group, name: `${name}, ${size} bytes`, operations: HASHES, run };
    }),
  );
}

function secpSignatures(): Micro[] {
  const publicKey = secp256k1.getPublicKey(secret(1), false);
  const payload = blake2b(publicKey, { dkLen: 20 });
  const digest = blake2b(text, { dkLen: 32 });
  const [recovery = 0, ...rs] = secp256k1.sign(digest, secret(1), { prehash: false, format: "recovered" });
  const signature = Uint8Array.of(...rs, recovery);
  return [
    micro("secp256k1 verify", () => native.verifySecp(signature, payload, text)),
    micro("secp256k1 recover", () => hexOf(native.recoverSecp(digest, signature)) === hexOf(publicKey)),
  ];
}

function blsSignatures(): Micro[] {
  const { longSignatures: bls } = bls12_381;
  const signers = Array.from({ length: AGGREGATED }, (_, index) => {
    const own = text.map((byte) => byte + index);
    const signature = bls.sign(bls.hash(own, DST), secret(index + 1));
    return { text: own, key: bls.getPublicKey(secret(index + 1)).toBytes(), signature };
  });
  const [first] = signers;
  if (first === undefined) throw new Error("nobody signs");
  const signature = bls.Signature.toBytes(first.signature);
  const aggregate = bls.Signature.toBytes(bls.aggregateSignatures(signers.map((signer) => signer.signature)));
  const [keys, texts] = [signers.map(({ key }) => key), signers.map((signer) => signer.text)];
  return [
    micro("BLS verify", () => native.verifyBls(signature, first.key, first.text)),
    micro(`BLS verify aggregate of ${AGGREGATED}`, () => native.verifyBlsAggregate(aggregate, keys, texts)),
  ];
}

/** Domain of BLS signatures on the chain. */
const DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

function micro(name: string, holds: () => boolean): Micro {
  const run = () => {
    for (let round = 0; round < SIGNATURES; round++) expectSame(name, holds(), true);
  };
  return { group, name, operations: SIGNATURES, run };
}

function hexOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "none" : Buffer.from(bytes).toString("hex");
}
