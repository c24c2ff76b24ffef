import { encode } from "@ipld/dag-cbor";
import { describe, expect, test } from "vitest";
import { BLS_ZERO_ADDRESS, idAddress } from "../../../src/address/address.js";
import { writeBlocks } from "../../../src/blockstore/access.js";
import { SigningKey } from "../../../src/chain/signatures/keys.js";
import { messageMetaCodec } from "../../../src/chain/types/message-meta.js";
import type { SignedMessage } from "../../../src/chain/types/signed-message.js";
import type { BlockRefusalCode } from "../../../src/chain/validation/refusal.js";
import { cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { encodeCbor } from "../../../src/ipld/cbor.js";
import type { Message } from "../../../src/message/message.js";
import { Ground } from "../../support/altered-blocks.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const isThere = devnetVersions([28]).length > 0;
if (!isThere) skipLoudly("messages that break rules: the builtin actors are not on this machine");
const ground = isThere ? await Ground.make() : (undefined as never);

const secp = (fields: Partial<Message> = {}, place = 0) =>
  ground.signed(ground.key("secp256k1"), fields, ground.key("secp256k1", place));
const bls = (fields: Partial<Message> = {}, place = 0) =>
  ground.signed(ground.key("bls"), fields, ground.key("bls", place));
const stranger = SigningKey.fromSeed("secp256k1", "nobody");

const BROKEN: readonly (readonly [BlockRefusalCode, string, () => readonly SignedMessage[]])[] = [
  ["BLOCK_GAS_LIMIT", "too much gas", () => [bls({ gasLimit: 6e9 }), bls({ gasLimit: 6e9, nonce: 1 })]],
  ["BLS_AGGREGATE", "a signature of somebody else", () => [bls({}, 1)]],
  ["MESSAGE", "a version", () => [bls({ version: 1 })]],
  ["MESSAGE", "the BLS zero address as receiver", () => [bls({ to: BLS_ZERO_ADDRESS })]],
  ["MESSAGE", "a negative value", () => [bls({ value: -1n })]],
  ["MESSAGE", "more than all FIL", () => [secp({ value: 2n * 10n ** 27n + 1n })]],
  ["MESSAGE", "a negative fee cap", () => [secp({ gasFeeCap: -1n, gasPremium: -1n })]],
  ["MESSAGE", "a negative premium", () => [secp({ gasPremium: -1n })]],
  ["MESSAGE", "a premium above the fee cap", () => [secp({ gasFeeCap: 5n, gasPremium: 6n })]],
  ["MESSAGE", "more gas than a block has", () => [secp({ gasLimit: 1e10 + 1 })]],
  ["MESSAGE", "no gas", () => [secp({ gasLimit: 0 })]],
  ["MESSAGE", "less gas than its bytes cost", () => [secp({ gasLimit: 100_000 })]],
  ["MESSAGE_SIGNATURE", "a signature of somebody else", () => [secp({}, 1)]],
  ["NONCE", "a nonce that is left out", () => [secp(), secp({ nonce: 2 })]],
  ["NONCE", "a nonce twice", () => [bls(), bls({ value: 2n })]],
  ["SENDER", "a sender whom nobody knows", () => [ground.signed(stranger)]],
  ["SENDER", "a sender that is no account", () => [secp({ from: idAddress(1) })]],
  ["SENDER", "an f0 sender that does not exist", () => [secp({ from: idAddress(123_456) })]],
];

describe.skipIf(!isThere)("a block's messages", () => {
  test("may be of all kinds", async () => {
    const delegated = ground.key("delegated");
    const method = 3844450837;
    const messages = [
      bls(),
      secp(),
      secp({ nonce: 1 }),
      ground.signed(delegated, { method }),
      ground.signed(delegated, { method, nonce: 1, gasPremium: 1000n }, delegated, { transaction: "eip155" }),
      ground.signed(delegated, { method, nonce: 2, gasPremium: 1000n }, delegated, {
        transaction: "homestead",
      }),
    ];
    expect(await ground.refusalOf(await ground.block(messages))).toBeUndefined();
  });

  test.each(BROKEN)("are refused as %s with %s", async (code, _, messages) => {
    const found = await ground.refusalOf(await ground.block(messages()));
    expect(found?.code, found?.text).toBe(code);
    expect(found?.text).not.toContain("\n");
  });

  test("may be of senders named by their IDs, whose keys are in the state", async () => {
    const from = await ground.idOf(ground.key("secp256k1"));
    expect(await ground.refusalOf(await ground.block([secp({ from }), bls()]))).toBeUndefined();
    expect((await ground.refusalOf(await ground.block([secp({ from }, 1)])))?.code).toBe("MESSAGE_SIGNATURE");
    const blsFrom = await ground.idOf(ground.key("bls"));
    const both = [bls(), bls({ from: blsFrom, nonce: 1 })];
    expect(await ground.refusalOf(await ground.block(both))).toBeUndefined();
    const wrong = [bls(), bls({ from: blsFrom, nonce: 1 }, 1)];
    expect((await ground.refusalOf(await ground.block(wrong)))?.code).toBe("BLS_AGGREGATE");
  });

  test("are refused if a signature that belongs into the aggregate stands alone", async () => {
    const found = await ground.refusalOf(await ground.blockOf({ bls: [], secp: [bls()] }));
    expect(found).toMatchObject({ code: "SIGNATURE_TYPE", details: { type: "bls" } });
  });

  test("are refused if no transaction becomes such a message", async () => {
    const key = ground.key("delegated");
    const { message, signature } = ground.signed(key, { method: 3844450837 });
    const other = { message: { ...message, method: 0 }, signature };
    const found = await ground.refusalOf(await ground.block([other]));
    expect(found).toMatchObject({ code: "MESSAGE", details: { field: "method" } });
    const signed = ground.signed(key, { method: 3844450837, gasPremium: 1000n }, key, {
      transaction: "eip155",
    });
    const cheaper = { message: { ...signed.message, gasPremium: 1n }, signature: signed.signature };
    expect(await ground.refusalOf(await ground.block([cheaper]))).toMatchObject({
      code: "MESSAGE",
      details: { reason: "not what eip155 becomes" },
    });
  });

  test("are refused if their lists are not as everybody would write them", async () => {
    const root = await writeBlocks(ground.devnet.blockstore, (blocks) => {
      // An empty array with a level too many.
      const odd = blocks.put(DAG_CBOR, encode([1, 0, [new Uint8Array(1), [], []]]));
      return blocks.put(DAG_CBOR, encodeCbor(messageMetaCodec, { bls: odd, secp: odd }));
    });
    const found = await ground.refusalOf(ground.altered(await ground.block(), { messages: root }));
    expect(found).toMatchObject({ code: "MESSAGE_ROOT", details: { found: cidText(root) } });
  });
});

const [early] = devnetVersions([22]);
describe.skipIf(early === undefined)("at network version 22", () => {
  test("only transactions of EIP-1559 are messages", async () => {
    const before = await Ground.make(22);
    const key = before.key("delegated");
    const fields = { method: 3844450837, gasPremium: 1000n };
    expect(await before.refusalOf(await before.block([before.signed(key, fields)]))).toBeUndefined();
    const legacy = before.signed(key, fields, key, { transaction: "homestead" });
    expect(await before.refusalOf(await before.block([legacy]))).toMatchObject({
      code: "ETH_TRANSACTION_KIND",
      details: { kind: "homestead" },
    });
  });
});
