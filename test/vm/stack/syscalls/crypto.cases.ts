import { blake2b } from "@noble/hashes/blake2.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { blsAggregate, blsKey, secpKey, signDigest } from "../../../support/keys.js";
import { BUFFER, type Case, filled, hex, IN, illegal, OUT, text } from "./case.js";

const hashOf = (code: number, digest: Uint8Array): Case => [
  `crypto.hash ${code.toString(16)}`,
  (s) =>
    s
      .write(IN, text("abc"))
      .call("crypto.hash", OUT, code, IN, 3, BUFFER, 64)
      .read(OUT, 4)
      .read(BUFFER, digest.length),
  () => [0, digest.length, digest],
];
/** The reason is ours: the reference's decoder has names of Rust types in its own. */
const malformed = (reason: string) => illegal(`Serialization error for Cbor protocol: ${reason}`);
const message = text("a message");
const digest = blake2b(message, { dkLen: 32 });
const aggregated = [1, 2].map((number) => ({ key: blsKey(number), text: text(`text ${number}`) }));

export const crypto: Case[] = [
  hashOf(0x12, sha256(text("abc"))),
  hashOf(0xb220, blake2b(text("abc"), { dkLen: 32 })),
  hashOf(0xb240, blake2b(text("abc"), { dkLen: 64 })),
  hashOf(0x1b, keccak_256(text("abc"))),
  hashOf(0x1053, ripemd160(text("abc"))),
  [
    "crypto.hash: unknown code",
    (s) => s.call("crypto.hash", OUT, 0x11, IN, 3, BUFFER, 64),
    () => [illegal("unsupported hash code 17")],
  ],
  [
    "crypto.hash: a short buffer is filled",
    (s) =>
      s.fill(BUFFER, 0xee, 8).call("crypto.hash", OUT, 0x12, IN, 0, BUFFER, 4).read(OUT, 4).read(BUFFER, 8),
    () => [0, 4, Uint8Array.of(...sha256(new Uint8Array()).slice(0, 4), ...filled(4))],
  ],
  [
    "crypto.recover_secp_public_key",
    (s) =>
      s
        .write(IN, digest)
        .write(IN + 32, signDigest(9, digest))
        .call("crypto.recover_secp_public_key", OUT, IN, IN + 32)
        .read(OUT, 65),
    () => [0, secpKey(9).publicKey],
  ],
  [
    "crypto.recover_secp_public_key: no signature",
    (s) => s.fill(IN, 0, 97).call("crypto.recover_secp_public_key", OUT, IN, IN + 32),
    () => [illegal("public key recovery failed: Failed to sign data Invalid signature: signature error")],
  ],
  [
    "crypto.verify_signature: secp256k1",
    (s) => {
      const key = secpKey(9);
      s.write(IN, key.sign(message))
        .write(IN + 100, key.address)
        .write(IN + 200, message);
      s.call("crypto.verify_signature", OUT, 1, IN, 65, IN + 100, 21, IN + 200, message.length).read(OUT, 4);
      return s.call("crypto.verify_signature", OUT, 1, IN, 65, IN + 100, 21, IN + 200, 1).read(OUT, 4);
    },
    () => [0, 0, 0, -1],
  ],
  [
    "crypto.verify_signature: BLS",
    (s) => {
      const key = blsKey(9);
      s.write(IN, key.sign(message))
        .write(IN + 100, key.address)
        .write(IN + 200, message);
      s.call("crypto.verify_signature", OUT, 2, IN, 96, IN + 100, 49, IN + 200, message.length).read(OUT, 4);
      return s.call("crypto.verify_signature", OUT, 2, IN, 96, IN + 100, 49, IN + 200, 1).read(OUT, 4);
    },
    () => [0, 0, 0, -1],
  ],
  [
    "crypto.verify_signature: unknown type",
    (s) => s.write(IN, secpKey(9).address).call("crypto.verify_signature", OUT, 3, IN, 65, IN, 21, IN, 0),
    () => [illegal("unknown signature type 3")],
  ],
  [
    "crypto.verify_signature: an ID address",
    (s) => s.write(IN, hex("0064")).call("crypto.verify_signature", OUT, 1, IN, 65, IN, 2, IN, 0),
    () => [illegal("address protocol 0 not supported")],
  ],
  [
    "crypto.verify_bls_aggregate",
    (s) => {
      const keys = IN;
      const texts = IN + 0x100;
      const lengths = IN + 0x200;
      const signature = IN + 0x300;
      s.write(keys, Buffer.concat(aggregated.map(({ key }) => key.publicKey)));
      s.write(texts, Buffer.concat(aggregated.map(({ text }) => text)));
      s.write(lengths, Uint8Array.of(6, 0, 0, 0, 6, 0, 0, 0));
      s.write(signature, blsAggregate(aggregated.map(({ key, text }) => key.sign(text))));
      s.call("crypto.verify_bls_aggregate", OUT, 2, signature, keys, texts, lengths).read(OUT, 4);
      s.call("crypto.verify_bls_aggregate", OUT, 1, signature, keys, texts, lengths).read(OUT, 4);
      return s.call("crypto.verify_bls_aggregate", OUT, 0, signature, keys, texts, lengths).read(OUT, 4);
    },
    () => [0, 0, 0, -1, 0, 0],
  ],
  [
    "crypto.verify_bls_aggregate: too many",
    (s) => s.call("crypto.verify_bls_aggregate", OUT, 0x0600_0000, IN, IN, IN, IN),
    () => [illegal("number of signatures aggregated (100663296) exceeds limit")],
  ],
  [
    "crypto.compute_unsealed_sector_cid: an empty sector of 2 KiB",
    (s) =>
      s
        .fill(IN, 0x80, 1)
        .call("crypto.compute_unsealed_sector_cid", OUT, 0, IN, 1, BUFFER, 100)
        .read(OUT, 4)
        .read(BUFFER, 7),
    () => [0, 39, hex("0181e203922020")],
  ],
  [
    "crypto.compute_unsealed_sector_cid: unknown proof",
    (s) => s.fill(IN, 0x80, 1).call("crypto.compute_unsealed_sector_cid", OUT, 20, IN, 1, BUFFER, 100),
    () => [illegal("invalid proof type 20")],
  ],
  [
    "crypto.compute_unsealed_sector_cid: malformed",
    (s) => s.fill(IN, 0xff, 1).call("crypto.compute_unsealed_sector_cid", OUT, 0, IN, 1, BUFFER, 100),
    () => [malformed("no item of major type 4")],
  ],
  [
    "crypto.verify_post: malformed",
    (s) => s.call("crypto.verify_post", OUT, IN, 3),
    () => [malformed("array of 0 instead of 4")],
  ],
  [
    "crypto.verify_aggregate_seals: malformed",
    (s) => s.call("crypto.verify_aggregate_seals", OUT, IN, 3),
    () => [malformed("array of 0 instead of 5")],
  ],
  [
    "crypto.verify_replica_update: malformed",
    (s) => s.call("crypto.verify_replica_update", OUT, IN, 3),
    () => [malformed("array of 0 instead of 5")],
  ],
  [
    "crypto.batch_verify_seals: none",
    (s) => s.fill(IN, 0x80, 1).call("crypto.batch_verify_seals", IN, 1, OUT),
    () => [0],
  ],
  [
    "crypto.batch_verify_seals: malformed",
    (s) => s.fill(IN, 0xff, 1).call("crypto.batch_verify_seals", IN, 1, OUT),
    () => [malformed("no item of major type 4")],
  ],
  [
    "crypto.verify_consensus_fault: none",
    (s) =>
      s.fill(OUT, 0xee, 20).call("crypto.verify_consensus_fault", OUT, IN, 1, IN, 1, IN, 1).read(OUT, 20),
    () => [0, new Uint8Array(20)],
  ],
];
