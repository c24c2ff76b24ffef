/** Who checks: functions of this package, and other libraries. */
import {
  aggregateSignatures as aggregateBlst,
  aggregateVerify,
  Signature as BlstSignature,
  PublicKey,
  SecretKey,
  verify as verifyBlst,
  verifyMultipleAggregateSignatures,
} from "@chainsafe/blst";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { SignatureBatch } from "#src/chain/signatures/batch.js";
import { messageBytes } from "#src/chain/signatures/check.js";
import type { SigningKey } from "#src/chain/signatures/keys.js";
import { verifyAggregate, verifySignature } from "#src/chain/signatures/verify.js";
import type { Aggregate, Single } from "./work.js";

/** Checks all of the work, and returns the places of what fails. */
export interface Subject {
  readonly name: string;
  check(): readonly number[] | Promise<readonly number[]>;
}

const failing = <T>(work: readonly T[], isValid: (one: T) => boolean): number[] =>
  work.flatMap((one, place) => (isValid(one) ? [] : [place]));

export function blsSubjects(work: readonly Single[]): Subject[] {
  const bls = bls12_381.longSignatures;
  // Signatures of that library are those of Ethereum's consensus, in another domain: it gets some of its own.
  const own = work.map(({ key, text }) => {
    const signature = blstKey(key).sign(text).toBytes();
    return { text, publicKey: key.publicKey, signature };
  });
  const read = ({ text, publicKey, signature }: (typeof own)[number]) => ({
    msg: text,
    pk: PublicKey.fromBytes(publicKey, true),
    sig: BlstSignature.fromBytes(signature, true),
  });
  return [
    ...ourSubjects(work),
    {
      name: "@chainsafe/blst, one by one",
      check: () =>
        failing(own, (one) => {
          const { msg, pk, sig } = read(one);
          return verifyBlst(msg, pk, sig);
        }),
    },
    {
      name: "@chainsafe/blst, at once",
      check: () => failing([own], (all) => verifyMultipleAggregateSignatures(all.map(read))),
    },
    {
      name: "@noble/curves",
      check: () =>
        failing(work, ({ key, text, signature }) =>
          bls.verify(signature.data, bls.hash(text), key.publicKey),
        ),
    },
  ];
}

export function secpSubjects(work: readonly Single[]): Subject[] {
  const isSigner = ({ key, text, signature: { data } }: Single): boolean => {
    const recoverable = Uint8Array.of(data[64] as number, ...data.subarray(0, 64));
    const options = { prehash: false } as const;
    const compressed = secp256k1.recoverPublicKey(recoverable, blake2b(text, { dkLen: 32 }), options);
    const found = secp256k1.Point.fromBytes(compressed).toBytes(false);
    return Buffer.compare(found, key.publicKey) === 0;
  };
  return [...ourSubjects(work), { name: "@noble/curves", check: () => failing(work, isSigner) }];
}

export function aggregateSubjects({ keys, messages, signature }: Aggregate): Subject[] {
  const addresses = keys.map(({ address }) => address);
  const texts = messages.map(messageBytes);
  const own = aggregateBlst(texts.map((text, i) => blstKey(keys[i] as SigningKey).sign(text)));
  return [
    {
      name: "one by one",
      check: () => failing([signature], (one) => verifyAggregate(one, messages, addresses)),
    },
    {
      name: "batch",
      check: () => {
        const batch = new SignatureBatch();
        batch.addAggregate(signature, messages, addresses);
        return batch.verify();
      },
    },
    {
      name: "@chainsafe/blst",
      check: () =>
        failing([own], (one) => {
          const publicKeys = keys.map(({ publicKey }) => PublicKey.fromBytes(publicKey, true));
          return aggregateVerify(texts, publicKeys, one, false, true);
        }),
    },
  ];
}

export function ourSubjects(work: readonly Single[]): Subject[] {
  return [
    {
      name: "one by one",
      check: () => failing(work, ({ signature, key, text }) => verifySignature(signature, key.address, text)),
    },
    {
      name: "batch",
      check: () => {
        const batch = new SignatureBatch();
        for (const { signature, key, text } of work) batch.addSignature(signature, key.address, text);
        return batch.verify();
      },
    },
  ];
}

function blstKey(key: SigningKey): SecretKey {
  return SecretKey.fromBytes(key.secret().reverse());
}
