/**
 * Bad input of callers and hostile messages to functions of the chain: an error of one line, or a verdict.
 */
import { describe, expect, test } from "vitest";
import { type Address, blsAddress, idAddress } from "../../src/address/address.js";
import { ethToFilecoin } from "../../src/builtin/evm/index.js";
import { exportedMethodNumber } from "../../src/builtin/frc42.js";
import * as chain from "../../src/chain/index.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { FvmError, isFvmError } from "../../src/errors.js";
import { cidOf } from "../support/fake-native-blocks.js";
import { plainMessage } from "../support/plain-network.js";

const cid = cidOf(DAG_CBOR, new Uint8Array());
const header: chain.BlockHeader = {
  miner: idAddress(1000),
  ticket: new Uint8Array(96),
  electionProof: { winCount: 1, vrfProof: new Uint8Array(96) },
  beaconEntries: [{ round: 1, data: new Uint8Array(96) }],
  winPoStProof: [{ type: 3, proof: new Uint8Array(192) }],
  parents: [cid],
  parentWeight: 1n,
  height: 1,
  parentStateRoot: cid,
  parentMessageReceipts: cid,
  messages: cid,
  blsAggregate: { type: "bls", data: new Uint8Array(96) },
  timestamp: 1,
  blockSignature: { type: "bls", data: new Uint8Array(96) },
  forkSignaling: 0,
  parentBaseFee: 100n,
};
const from = ethToFilecoin(`0x${"11".repeat(20)}`);
const message = plainMessage({
  ...{ from, to: ethToFilecoin(`0x${"22".repeat(20)}`), nonce: 0, gasLimit: 1 },
  method: exportedMethodNumber("InvokeEVM"),
});
const signature: chain.Signature = { type: "delegated", data: new Uint8Array(65).fill(1) };
const transaction = chain.ethTransactionOf({ message, signature }, 314);

const WORKER = blsAddress(new Uint8Array(48));

const invalidOption = (option: string) =>
  expect.toSatisfy((error) => isFvmError(error, "INVALID_OPTION") && error.details.option === option);

test("each field of a header is checked", () => {
  expect(chain.decodeHeader(chain.encodeHeader(header))).toEqual(header);
  const wrong: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(Object.keys(header).map((field) => [field, Symbol(field)])),
    parents: ["bafy"],
    miner: "f01000",
    beaconEntries: [{ round: 1 }],
    blsAggregate: { type: "rsa", data: new Uint8Array(96) },
    blockSignature: { type: "bls", data: new Uint8Array(200) },
  };
  expect(Object.keys(wrong)).toHaveLength(16);
  for (const [field, value] of Object.entries(wrong)) {
    const bad = { ...header, [field]: value };
    for (const act of [chain.encodeHeader, chain.headerCid]) {
      expect(() => act(bad), field).toThrow(invalidOption(`header.${field}`));
    }
  }
});

test("addresses in text are refused instead of called strangers", () => {
  const text =
    "f3vfs6f7tagrcpnwv65wq3leznbajqyg77bmijrpvoyjv3zjyi3urq25vigfbs3ob6ug5xdihajumtgsxnz2pa" as Address;
  const invalid = expect.toSatisfy((error) => isFvmError(error, "INVALID_ADDRESS"));
  const bls: chain.Signature = { type: "bls", data: new Uint8Array(96) };
  expect(() => chain.verifySignature(bls, text, new Uint8Array())).toThrow(invalid);
  expect(() => chain.verifyMessage({ message, signature }, text, 314)).toThrow(invalid);
  expect(() => chain.verifyAggregate(bls, [message], [text])).toThrow(invalid);
  expect(() => chain.verifyBlock(header, text)).toThrow(invalid);
});

describe("messages with a delegated signature", () => {
  test.each<[string, Partial<typeof message>]>([
    ["a negative value", { value: -5n }],
    ["a negative fee cap", { gasFeeCap: -1n }],
    ["a negative premium", { gasPremium: -1n }],
    ["a value beyond 256 bits", { value: 1n << 256n }],
  ])("with %s stand for no transaction", (_, fields) => {
    const data = chain.encodeSignedMessage({ message: { ...message, ...fields }, signature });
    const signed = chain.decodeSignedMessage(data);
    expect(chain.verifyMessage(signed, from, 314)).toBe(false);
    expect(() => chain.ethTransactionOf(signed, 314)).toThrow(
      expect.toSatisfy((error) => isFvmError(error, "INVALID_MESSAGE")),
    );
  });

  test("have a sender only if v says which", () => {
    const sender = (v: bigint) =>
      chain.ethSenderOf({ ...transaction, signature: { ...transaction.signature, v } }, 314);
    expect(sender(0n)).toBeDefined();
    for (const v of [27n, 256n, 257n, 1n << 32n]) expect(sender(v), `${v}`).toBeUndefined();
  });

  test("are made of transactions whose fields are checked", () => {
    for (const field of Object.keys(transaction)) {
      const bad = { ...transaction, [field]: -1n };
      for (const act of [
        () => chain.ethTransactionBytes(bad, 314),
        () => chain.ethSigningBytes(bad, 314),
        () => chain.ethSenderOf(bad, 314),
        () => chain.ethMessageOf(bad, `0x${"11".repeat(20)}`),
      ]) {
        expect(act, field).toThrow(invalidOption(`transaction.${field}`));
      }
    }
  });
});

test("tickets and signatures of any length are no reason to fail", () => {
  const long = { ...header, ticket: new Uint8Array(5000) };
  const input = { header: long, worker: WORKER, beacon: { round: 1, data: new Uint8Array(96) } };
  expect(chain.verifyTicket(input, undefined)).toBe(false);
  expect(chain.verifySignature({ type: "bls", data: long.ticket }, WORKER, new Uint8Array())).toBe(false);
});

test("rules say what they need", () => {
  const proof = new Uint8Array(96);
  expect(() => chain.nextBaseFee("use", 100n, [])).toThrow(invalidOption("blocks"));
  expect(() => chain.nextBaseFee("premium" as "premiums", 100n, [{ bls: [], secp: [] }])).toThrow(
    invalidOption("rule"),
  );
  expect(() => chain.winCount(proof, 1n, 0n)).toThrow(invalidOption("totalPower"));
  expect(() => chain.winCount(proof, -1n, 1n)).toThrow(invalidOption("power"));
});

test("values of the wrong kind are refused by an error of our own", () => {
  const functions = Object.entries(chain).filter(([name]) => NAMES.has(name)) as [
    string,
    (...args: readonly unknown[]) => unknown,
  ][];
  expect(functions).toHaveLength(NAMES.size);
  for (const [name, act] of functions) {
    for (const value of [null, undefined, 5, "x", {}, [], [null], Symbol("s"), new Uint8Array(3)]) {
      for (const other of [null, undefined, "x", -1n, {}]) {
        try {
          act(value, other, other);
        } catch (error) {
          expect(error, `${name} of ${String(value)}, ${String(other)}`).toBeInstanceOf(FvmError);
        }
      }
    }
  }
});

const NAMES: ReadonlySet<string> = new Set([
  ...["decodeHeader", "encodeHeader", "headerCid", "headerSigningBytes"],
  ...["decodeSignedMessage", "encodeSignedMessage", "messageCid", "signedMessageCid"],
  ...["ethMessageOf", "ethSigningBytes", "ethTransactionBytes", "ethTransactionOf"],
  ...["ethSenderOf", "ethTransactionHash", "verifyAggregate", "verifyBlock", "verifyMessage"],
  ...["verifySignature", "nextBaseFee", "winCount", "tipsetOrder"],
]);
