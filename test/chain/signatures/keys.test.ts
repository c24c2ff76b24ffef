import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { formatAddress } from "../../../src/address/text.js";
import type { EthTransactionKind } from "../../../src/chain/signatures/eth-transaction.js";
import { aggregateSignatures, SigningKey } from "../../../src/chain/signatures/keys.js";
import { drawElectionProof, drawTicket, signBlock, signMessage } from "../../../src/chain/signatures/sign.js";
import { verifyAggregate, verifyBlock, verifyMessage } from "../../../src/chain/signatures/verify.js";
import { verifyElectionProof, verifyTicket } from "../../../src/chain/signatures/vrf.js";
import { SIGNATURE_TYPES, type SignatureType } from "../../../src/chain/types/signature.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import type { Message } from "../../../src/message/message.js";
import { latin1 } from "../../../src/util/bytes.js";
import { blsKey, ethKey, secpKey } from "../../support/keys.js";
import { plainHeader } from "../../support/plain-header.js";
import { plainMessage } from "../../support/plain-network.js";

const TYPES = Object.keys(SIGNATURE_TYPES) as SignatureType[];
const CHAIN_ID = 31415926;
const INVOKE_EVM = 3844450837;

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

/** A small number as a secret, the low byte at the end that the type wants. */
function smallSecret(type: SignatureType, number: number): Uint8Array {
  const secret = new Uint8Array(32);
  secret[type === "bls" ? 0 : 31] = number;
  return secret;
}

describe("keys that Lotus has exported, and what they have signed", () => {
  test.each([
    {
      type: "secp256k1",
      secret: "k5Pyv3qH2sIXcCYZXYOWuE1I2n2UE9ChaUklN6iZWcE=",
      address: "f1fib3pv7jua2ockdugtz7viz3cyy6lkhh7rfx3sa",
      signature:
        "03bff286f1371c1a4ce8e33c29d6a20eeb53f17970190d12c5a1c0fc4be9a56e766250d5a82dda2179fa90ae297696d1dfaa9eea8f2f833da0cf87b927294eb700",
    },
    {
      type: "bls",
      secret: "hbp/yFfRt9QLCqkmVaqAWRCoPUgw1KwiqqnshNIpNWQ=",
      address: "f3rpskqryflc2sqzzzu7j2q6fecrkdkv4p2avpf4kyk5u754he7g6cr2rbpmif7pam5oxbme2oyzot4ry3d74q",
      signature:
        "80cef41af956cf6855725a5af0d8d956ea41f6da2688cc1f436a7ea5ebd15d96ba384746b819c0836c53a54d6d30b0a70b528204e9da92f833031e7a4776f57bad83e033ea0235bad0f8a5337a4eb66870fc0429175ed63f91203ec1b65c6e31",
    },
  ] as const)("$type", ({ type, secret, address, signature }) => {
    const key = SigningKey.fromSecret(type, Buffer.from(secret, "base64"));
    expect(formatAddress(key.address, "f")).toBe(address);
    expect(key.sign(Buffer.from("DUKE"))).toEqual({ type, data: hex(signature) });
  });
});

describe("a key", () => {
  test("has the address and the signatures that other libraries give it", () => {
    for (const number of [1, 7]) {
      const others = { bls: blsKey(number), secp256k1: secpKey(number), delegated: ethKey(number) };
      for (const type of TYPES) {
        const key = SigningKey.fromSecret(type, smallSecret(type, number));
        expect(key.publicKey).toEqual(others[type].publicKey);
        expect(key.address).toBe(latin1(others[type].address));
      }
      for (const type of ["bls", "secp256k1"] as const) {
        const text = Uint8Array.of(1, 2, 3);
        const key = SigningKey.fromSecret(type, smallSecret(type, number));
        expect(key.sign(text).data).toEqual(others[type].sign(text));
      }
    }
  });

  test("follows from its seed and type alone", () => {
    const addresses = TYPES.flatMap((type) =>
      ["a", "b", Uint8Array.of(97, 0)].map((seed) => SigningKey.fromSeed(type, seed).address),
    );
    expect(new Set(addresses).size).toBe(9);
    expect(SigningKey.fromSeed("bls", "a").address).toBe(
      SigningKey.fromSeed("bls", Buffer.from("a")).address,
    );
    const key = SigningKey.fromSeed("bls", "a");
    expect(SigningKey.fromSecret("bls", key.secret()).address).toBe(key.address);
  });

  test("keeps its secret to itself", () => {
    const secret = new Uint8Array(32).fill(42);
    const key = SigningKey.fromSecret("secp256k1", secret);
    secret.fill(0);
    expect(key.secret()[31]).toBe(42);
    key.secret().fill(0);
    expect(key.secret()[31]).toBe(42);
    for (const text of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key)]) {
      expect(text).toContain("secp256k1");
      expect(text).not.toMatch(/42\D+42/);
    }
  });

  test("is refused without a word of what was given", () => {
    const order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    for (const [secret, reason] of [
      [order, "it is no secret key of secp256k1"],
      [new Uint8Array(32), "it is no secret key of secp256k1"],
      [new Uint8Array(31), "it is not 32 bytes"],
      [12345n, "it is not 32 bytes"],
    ] as const) {
      expect(() => SigningKey.fromSecret("secp256k1", secret as Uint8Array)).toThrow(
        `INVALID_OPTION { option: 'secret', reason: '${reason}' }`,
      );
    }
    expect(() => SigningKey.fromSecret("bls", new Uint8Array(32).fill(255))).toThrow("no secret key of bls");
    expect(() => SigningKey.fromSeed("bls", 5 as never)).toThrow("reason: 'it is neither bytes nor text'");
    expect(() => SigningKey.fromSeed("rsa" as never, "a")).toThrow("option: 'type'");
  });
});

describe("a signed message", () => {
  const call = (from: SigningKey, changes: Partial<Message> = {}) =>
    plainMessage({ from: from.address, to: idAddress(1), gasFeeCap: 9n, gasPremium: 9n, ...changes });

  test.each(["bls", "secp256k1"] as const)("of %s is its sender's", (type) => {
    const [key, other] = [SigningKey.fromSeed(type, "a"), SigningKey.fromSeed(type, "b")];
    const signed = signMessage(call(key), key, { chainId: CHAIN_ID });
    expect(verifyMessage(signed, key.address, CHAIN_ID)).toBe(true);
    expect(verifyMessage(signed, other.address, CHAIN_ID)).toBe(false);
  });

  test.each<[EthTransactionKind, Partial<Message>]>([
    ["eip1559", { gasPremium: 3n }],
    ["eip155", {}],
    ["homestead", {}],
    ["eip155", { to: idAddress(10), method: 4, params: new CborWriter().bytes(Uint8Array.of(1)).finish() }],
  ])("of an Ethereum account is a transaction of %s", (transaction, changes) => {
    const key = SigningKey.fromSeed("delegated", "a");
    const message = call(key, { method: INVOKE_EVM, ...changes });
    for (const chainId of [CHAIN_ID, 314, 1]) {
      const signed = signMessage(message, key, { chainId, transaction });
      expect(verifyMessage(signed, key.address, chainId)).toBe(true);
      expect(verifyMessage(signed, SigningKey.fromSeed("delegated", "b").address, chainId)).toBe(false);
      // Homestead signatures are good on any chain.
      expect(verifyMessage(signed, key.address, 99)).toBe(transaction === "homestead");
    }
  });

  test("of an Ethereum account must stand for a transaction, in all that it says", () => {
    const key = SigningKey.fromSeed("delegated", "a");
    const message = call(key, { method: INVOKE_EVM, gasPremium: 3n });
    expect(() => signMessage(message, key, { chainId: 1, transaction: "homestead" })).toThrow(
      "no homestead transaction says all that it says",
    );
    expect(() => signMessage({ ...message, method: 0 }, key, { chainId: 1 })).toThrow("0 is not InvokeEVM");
    const plain = { ...message, gasPremium: message.gasFeeCap };
    const { signature } = signMessage(plain, key, { chainId: 1, transaction: "homestead" });
    expect(verifyMessage({ message: plain, signature }, key.address, 1)).toBe(true);
    expect(verifyMessage({ message, signature }, key.address, 1)).toBe(false);
  });
});

test("a block's aggregate is made of its messages' signatures", () => {
  const keys = ["a", "b", "c"].map((seed) => SigningKey.fromSeed("bls", seed));
  const messages = keys.map((key, nonce) => plainMessage({ from: key.address, to: idAddress(1), nonce }));
  const signatures = messages.map(
    (message, i) => signMessage(message, keys[i] as SigningKey, { chainId: 1 }).signature,
  );
  const addresses = keys.map(({ address }) => address);
  expect(verifyAggregate(aggregateSignatures(signatures), messages, addresses)).toBe(true);
  expect(verifyAggregate(aggregateSignatures(signatures.slice(1)), messages, addresses)).toBe(false);
  const { data } = aggregateSignatures(signatures);
  expect(verifyAggregate({ type: "secp256k1", data }, messages, addresses)).toBe(true);
  // The identity, compressed.
  expect(aggregateSignatures([]).data).toEqual(Uint8Array.of(0xc0, ...new Uint8Array(95)));
  expect(verifyAggregate(aggregateSignatures([]), [], [])).toBe(true);
  const broken = { type: "bls", data: new Uint8Array(96).fill(1) } as const;
  expect(() => aggregateSignatures([broken])).toThrow("one is no point of the group");
  expect(() => aggregateSignatures([{ type: "bls", data: new Uint8Array(95) }])).toThrow("signatures");
});

test("a block is its worker's: signature, ticket, election proof", () => {
  const worker = SigningKey.fromSeed("bls", "worker");
  const beacon = { round: 3, data: Uint8Array.of(1) };
  const parentTicket = Uint8Array.of(2);
  const draw = { header: { miner: idAddress(1000), height: 7 }, beacon };
  const ticket = drawTicket(draw, parentTicket, worker);
  const electionProof = { winCount: 1, vrfProof: drawElectionProof(draw, worker) };
  const header = signBlock(plainHeader({ ...draw.header, ticket, electionProof }), worker);
  const input = { header, worker: worker.address, beacon };
  expect(verifyBlock(header, worker.address)).toBe(true);
  expect(verifyTicket(input, parentTicket)).toBe(true);
  expect(verifyTicket(input, undefined)).toBe(false);
  expect(verifyElectionProof(input)).toBe(true);
  expect(verifyElectionProof({ ...input, beacon: { round: 3, data: Uint8Array.of(9) } })).toBe(false);
  expect(() => drawTicket(draw, undefined, SigningKey.fromSeed("secp256k1", "a"))).toThrow("not a BLS key");
});
