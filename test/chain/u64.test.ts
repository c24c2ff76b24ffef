/** Integers of 64 bits in their whole range: through the whole stack, and in JSON. */
import { describe, expect, test } from "vitest";
import { assemble } from "../../actors/build.mjs";
import { idAddress } from "../../src/address/address.js";
import { executeMessages } from "../../src/chain/execution/execute-messages.js";
import { executeTipset } from "../../src/chain/execution/execute-tipset.js";
import { parseExactJson } from "../../src/tools/vectors/fields.js";
import { parseVector } from "../../src/tools/vectors/parse.js";
import { type U64, U64_MAX } from "../../src/util/u64.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { keyAddress, plainMessage, plainNetwork, plainNode } from "../support/plain-network.js";
import { tipsetJson } from "../tools/vectors/example.js";

/** Returns what network.context says: epoch, timestamp, base fee, chain ID, version. */
const teller = await assemble(`(module
  (import "network" "context" (func $context (param i32) (result i32)))
  (import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "invoke") (param i32) (result i32)
    (drop (call $context (i32.const 0)))
    (drop (call $create (i32.const 64) (i64.const 0x55) (i32.const 0) (i32.const 44)))
    (i32.load (i32.const 64))))`);
const alice = keyAddress(1);
const net = await plainNetwork([alice], [teller]);
const ask = plainMessage({ from: alice, to: idAddress(net.ids[0] as number), method: 2 });

function told(returnData: Uint8Array): { timestamp: bigint; chainId: bigint } {
  const data = Buffer.from(returnData);
  return { timestamp: data.readBigUInt64LE(8), chainId: data.readBigUInt64LE(32) };
}

const values: readonly U64[] = [0, 1, 2 ** 53 - 1, 2n ** 53n, 2n ** 62n, 2n ** 63n, U64_MAX, 7n];

describe("timestamps and chain IDs", () => {
  test.each(values)("a machine's: %s", async (value) => {
    const options = { network: 28, stateRoot: net.stateRoot, blockstore: net.store, epoch: 1 };
    const machine = await Machine.create({ ...options, timestamp: value, chainId: value });
    const { receipt } = await machine.execute(ask);
    expect(told(receipt.returnData)).toEqual({ timestamp: BigInt(value), chainId: BigInt(value) });
    expect(machine.context.timestamp).toBe(value === 7n ? 7 : value);
    machine.close();
  });

  test.each(values)("a tipset's and a node's: %s", async (value) => {
    const node = plainNode(net.store, { chainId: value });
    const block = { miner: idAddress(1000), winCount: 1, messages: [{ message: ask, rawLength: 100 }] };
    const context = { epoch: 10, timestamp: value, baseFee: 0n };
    const result = await executeTipset(node, net.stateRoot, { ...context, parentEpoch: 9, blocks: [block] });
    const returned = result.blocks[0]?.messages[0]?.receipt.returnData as Uint8Array;
    expect(told(returned)).toEqual({ timestamp: BigInt(value), chainId: BigInt(value) });
    const [called] = await executeMessages(node, net.stateRoot, context, [{ message: ask }]);
    expect(told(called?.receipt.returnData as Uint8Array).timestamp).toBe(BigInt(value));
  });

  test("a null round's, from a genesis far away", async () => {
    const node = plainNode(net.store, { genesisTimestamp: 2n ** 63n });
    const tipset = { epoch: 10, parentEpoch: 8, timestamp: 2n ** 63n + 300n, baseFee: 0n, blocks: [] };
    expect((await executeTipset(node, net.stateRoot, tipset)).nullRounds).toHaveLength(1);
  });
});

describe("vectors", () => {
  test("keep every digit, wherever it stands", () => {
    const text = `{"a": ${U64_MAX}, "b": [-${2n ** 63n}, {"c": ${2n ** 90n}}], "d": "${2n ** 60n}", "e": 1.5, "f": 12}`;
    expect(parseExactJson(text, "file")).toEqual({
      a: U64_MAX,
      b: [-(2n ** 63n), { c: 2n ** 90n }],
      d: String(2n ** 60n),
      e: 1.5,
      f: 12,
    });
  });

  const long = "QUJD".repeat(40);

  test.each([
    ["long texts", `{"a": "${long}", "b": ["${long}" , "${long}=" ], "c": {"d":"${long}"\n}}`],
    ["a long name", `{"${long}": "${long}", "a": 1}`],
    ["a long text alone", `"${long}"`],
    ["texts that look like places of long ones", `["~0", "~~0", "${long}", "~~~1", "~"]`],
    ["the same name with the same long text", `{"a": "${long}", "a": "${long}"}`],
    ["long texts beside backslashes", `["\\u007e0", "${long}", "\\"${long}\\"", "\\\\"]`],
    ["long digits, as a number and as text", `["${"1".repeat(70)}", 5]`],
  ])("keep %s", (_name, text) => {
    expect(parseExactJson(text, "file")).toEqual(JSON.parse(text));
  });

  test.each([
    `{"a": "${long}", "a": "${long}="}`,
    `{"a": "${long}" "b": 1}`,
    `["a "${long}"]`,
    `[${long}]`,
    `"${long}`,
  ])("with long texts that are no JSON: %s", (text) => {
    expect(() => parseExactJson(text, "file")).toThrow("INVALID_VECTOR");
  });

  test.each(["{", "", "{'a': 1}", '{"a": 01}', '{"a": 1} x'])("that are no JSON: %s", (text) => {
    expect(() => parseExactJson(text, "file")).toThrow("INVALID_VECTOR");
  });

  test("have the whole range of timestamps and chain IDs", () => {
    const json = JSON.stringify(tipsetJson())
      .replace('"genesis_timestamp":1000', `"genesis_timestamp":${2n ** 62n},"chain_id":${U64_MAX}`)
      .replace('"epoch_offset":2', `"epoch_offset":2,"timestamp":${2n ** 63n}`);
    const vector = parseVector(json, "file");
    expect(vector).toMatchObject({ chainId: U64_MAX, genesisTimestamp: 2n ** 62n });
    expect(vector.class === "tipset" && vector.tipsets[0]?.timestamp).toBe(2n ** 63n);
  });
});
