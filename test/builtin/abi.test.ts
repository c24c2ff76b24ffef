/** Calls, results, logs and reverts by contracts' ABIs. */
import { concatBytes } from "@noble/hashes/utils.js";
import { createContract, type ParsedABI } from "micro-eth-signer/abi.js";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type AbiMatch,
  builtinRevert,
  type ContractAbi,
  joinAbis,
  loadAbi,
} from "../../src/builtin/abi/index.js";
import { type Json, toJson } from "../../src/builtin/values/json.js";
import { traceLines } from "../../src/cli/trace-text.js";
import type { FvmError } from "../../src/errors.js";
import { callTracer } from "../../src/inspect/tracers/index.js";
import type { TracedResult } from "../../src/vm/machine/machine.js";
import { encodeAbi, fromHex, keccak, toHex, word } from "../support/evm/abi.js";
import { EvmChain } from "../support/evm/evm-chain.js";
import { contract } from "../support/evm/solidity.js";
import { mainnetBundle } from "../support/real-actors.js";
import { skipLoudly } from "../support/skip.js";

const { abi: json, initcode, runtime } = contract("abi.sol", "Types");
const types = createContract(json as ParsedABI);
const encoded = (name: string, args: unknown) => types[name]?.encodeInput(args) ?? NO_DATA;
const NO_DATA = new Uint8Array();

const shape = {
  points: [
    { x: -5n, label: "a" },
    { x: 2n ** 63n - 1n, label: "" },
  ],
  kind: fromHex("0x01020304"),
  pairs: [
    [1n, 2n],
    [3n, 2n ** 256n - 1n],
  ],
};
const SHAPE: Json = {
  points: [
    { x: -5, label: "a" },
    { x: "9223372036854775807", label: "" },
  ],
  kind: "0x01020304",
  pairs: [
    ["1", "2"],
    ["3", (2n ** 256n - 1n).toString()],
  ],
};

let abi: ContractAbi;
beforeAll(async () => {
  abi = await loadAbi(json, "Types.json");
});

/** Values as JSON, by name. */
function shown(match: AbiMatch | undefined): Json | undefined {
  return match?.args && toJson({ kind: "record", fields: match.args });
}

const bundle = mainnetBundle(18);
if (bundle === undefined) skipLoudly("contracts by their ABI: no bundle v18");
describe.skipIf(bundle === undefined)("a contract", () => {
  let chain: EvmChain;
  beforeAll(async () => {
    chain = await EvmChain.create(28);
  });

  test("its call, result and logs", async () => {
    const { eth } = await chain.deploy({ initcode, runtime, abi: json });
    const input = encoded("draw", { shape, done: true });
    const { output, logs } = await chain.invoke(eth, input);
    expect(abi.call(input)).toMatchObject({
      name: "draw",
      signature: "draw(((int64,string)[],bytes4,uint256[2][]),bool)",
      source: "Types.json",
    });
    expect(shown(abi.call(input))).toEqual({ shape: SHAPE, done: true });
    expect(shown(abi.result(input, output))).toEqual({ count: "2", first: { x: -5, label: "a" } });
    const events = logs.map(({ topics, data }) =>
      abi.event({ topics: topics.map(fromHex), data: fromHex(data) }),
    );
    expect(events.map((event) => event?.signature)).toEqual([
      "Drawn(address,string,(int64,string),((int64,string)[],bytes4,uint256[2][]),bool)",
      "Bare(uint256)",
      "Over(uint256)",
      "Over(address)",
    ]);
    const [drawn, bare, over, overloaded] = events.map(shown);
    const origin = concatBytes(word(0n), encodeAbi(["string"], ["origin"]).subarray(64));
    expect(drawn).toEqual({
      who: chain.eve.eth,
      title: toHex(keccak("title")),
      origin: toHex(keccak(origin)),
      shape: SHAPE,
      done: true,
    });
    expect([bare, over, overloaded]).toEqual([{ number: "7" }, { a: "1" }, { a: chain.eve.eth }]);
  });

  test("its reverts", async () => {
    const { eth } = await chain.deploy({ initcode, runtime, abi: json });
    const reverts = async (name: string, args: unknown) => {
      const { exitCode, output } = await chain.invoke(eth, encoded(name, args));
      expect(exitCode).toBe(33);
      return abi.revert(output);
    };
    const refused = await reverts("refuse", { x: 1n, label: "no" });
    expect(refused).toMatchObject({ name: "Refused", signature: "Refused((int64,string),uint8)" });
    expect(shown(refused)).toEqual({ point: { x: 1, label: "no" }, code: 9 });
    expect(shown(await reverts("reason", "why not"))).toEqual({ reason: "why not" });
    expect(shown(await reverts("divide", 0n))).toEqual({
      code: { value: "18", name: "division or modulo by zero" },
    });
  });
});

describe.skipIf(bundle === undefined)("a contract's trace", () => {
  let chain: EvmChain;
  let address: string;
  beforeAll(async () => {
    chain = await EvmChain.create(28);
    address = (await chain.deploy({ initcode, runtime, abi: json })).eth;
  });
  const traced = async (name: string, args: unknown) => {
    const { apply } = await chain.invoke(address, encoded(name, args), { execute: { trace: true } });
    return (apply as TracedResult).trace;
  };

  test("for people", async () => {
    const lines = traceLines(await traced("over(uint256)", 4n), 0, { params: false, abi });
    expect(lines.map((line) => line.trim()).slice(2)).toEqual([
      "calls over(uint256) {a: 4}",
      "returns {0: 4}",
    ]);
    const refused = traceLines(await traced("refuse", { x: 1n, label: "no" }), 0, { params: false, abi });
    expect(refused.at(-1)?.trim()).toBe(
      'reverts with Refused((int64,string),uint8) {point: {x: 1, label: "no"}, code: 9}',
    );
    const drawn = traceLines(await traced("draw", { shape, done: true }), 0, { params: false, abi });
    expect(drawn.filter((line) => line.trim().startsWith("logs "))).toHaveLength(4);
  });

  test("in callTracer", async () => {
    const frame = callTracer(await traced("over(uint256)", 4n), {}, { abi });
    const source = "Types.json";
    expect(frame?.decoded).toEqual({
      function: { signature: "over(uint256)", args: { a: "4" }, source },
      returns: { 0: "4" },
    });
    const refused = callTracer(await traced("divide", 0n), {}, { abi });
    expect(refused?.decoded?.revert).toEqual({
      signature: "Panic(uint256)",
      args: { code: { value: "18", name: "division or modulo by zero" } },
    });
    const drawn = callTracer(await traced("draw", { shape, done: true }), { withLog: true }, { abi });
    expect(drawn?.logs?.map(({ decoded }) => decoded?.signature.split("(")[0])).toEqual([
      "Drawn",
      "Bare",
      "Over",
      "Over",
    ]);
  });
});

describe("what is given", () => {
  test.each([
    ["a list", (list: readonly unknown[]) => list],
    [
      "an artifact of Foundry",
      (list: readonly unknown[]) => ({ abi: list, bytecode: { object: "0x" }, id: 3 }),
    ],
    ["an artifact of Hardhat", (list: readonly unknown[]) => ({ _format: "hh-sol-artifact-1", abi: list })],
  ])("%s", async (_, artifact) => {
    const loaded = await loadAbi(artifact(json));
    expect(loaded.call(encoded("over(uint256)", 4n))?.signature).toBe("over(uint256)");
  });

  const input = (type: unknown, more: object = {}) => [
    { type: "function", name: "f", inputs: [{ type, ...more }] },
  ];
  const nested = Array.from({ length: 40 }).reduce(
    (inner: unknown) => ({ type: "tuple", components: [inner] }),
    { type: "bool" },
  );
  test.each([
    ["nothing", undefined, "there is no list of entries, nor an object with one as abi"],
    ["a text", "[]", "there is no list of entries, nor an object with one as abi"],
    ["an entry that is null", [null], "entry 0 is no object"],
    ["an unknown entry", [{ type: "struct", name: "S" }], "entry 0 is of no known type"],
    ["a function without a name", [{ type: "function", inputs: [] }], "entry 0 has no name"],
    ["a name that is none", [{ type: "function", name: "f(", inputs: [] }], "entry 0 has no name"],
    ["inputs that are no list", [{ type: "event", name: "E", inputs: {} }], "inputs of E are no list"],
    ["a type that is none", input("uint"), undefined],
    ["a type of no such width", input("uint7"), "function f: ethInt: invalid numeric type"],
    ["a type of another language", input("fixed128x18"), "inputs of f have an unknown type"],
    ["a tuple of nothing", input("tuple"), "components in inputs of f are no list"],
    ["an empty tuple", input("tuple", { components: [] }), "function f: ABI.fnSignature wrong tuple"],
    ["arrays of nothing", input("bool[0][]"), "disabled"],
    ["tuples without end", [{ type: "function", name: "f", inputs: [nested] }], "nested too deep"],
    ["too many entries", Array.from({ length: 10_001 }), "more than 10000 entries"],
  ])("%s", async (_, given, reason) => {
    const loading = loadAbi(given, "x.json");
    if (reason === undefined) return void (await loading);
    const error = await loading.catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "INVALID_ABI", details: { source: "x.json" } });
    expect((error as FvmError<"INVALID_ABI">).details.reason).toContain(reason);
  });

  test("of several, the first one that has it", async () => {
    const [a, b] = await Promise.all([loadAbi(json, "a"), loadAbi(json, "b")]);
    const none = await loadAbi([], "none");
    expect(joinAbis([none, b, a]).call(encoded("over(uint256)", 4n))?.source).toBe("b");
    expect(none.call(encoded("over(uint256)", 4n))).toBeUndefined();
  });
});

/** Data that is not as it says: no values, in no time. */
describe("hostile data", () => {
  const list = [{ type: "uint256[][]" }, { type: "bytes" }, { type: "string[3]" }];
  const bomb = async (data: Uint8Array) => {
    const loaded = await loadAbi([{ type: "function", name: "f", inputs: list }]);
    const selector = keccak("f(uint256[][],bytes,string[3])").subarray(0, 4);
    return loaded.call(concatBytes(selector, data));
  };
  const words = (...values: readonly bigint[]) => concatBytes(...values.map(word));
  test.each([
    ["nothing", NO_DATA],
    ["lengths beyond the data", words(96n, 96n, 96n, 2n ** 40n)],
    ["lengths beyond any memory", words(96n, 96n, 96n, 2n ** 256n - 1n)],
    ["offsets beyond the data", words(2n ** 64n, 2n ** 64n, 2n ** 64n)],
    ["offsets to themselves", words(0n, 0n, 0n)],
    // Each list is a list of itself: read again and again, this is 64^64 words.
    ["lists of each other", words(96n, 96n, 96n, 64n, ...Array.from({ length: 64 }, () => 0n))],
    ["a megabyte of ones", new Uint8Array(2 ** 20).fill(1)],
  ])("%s", async (_, data) => {
    expect(await bomb(data)).toMatchObject({ name: "f", args: undefined });
  });

  test("bytes that are no number of the type", async () => {
    const loaded = await loadAbi([{ type: "function", name: "f", inputs: [{ type: "uint8" }] }]);
    const call = (value: bigint) => loaded.call(concatBytes(keccak("f(uint8)").subarray(0, 4), word(value)));
    expect(shown(call(255n))).toEqual({ 0: 255 });
    expect(call(256n)?.args).toBeUndefined();
  });

  test("bytes after the arguments are passed", () => {
    const call = abi.call(concatBytes(encoded("over(uint256)", 4n), fromHex("0xc0ffee")));
    expect(shown(call)).toEqual({ a: "4" });
  });

  test.each([
    ["no text", fromHex("0x08c379a0")],
    ["an offset beyond the data", concatBytes(fromHex("0x08c379a0"), words(2n ** 255n, 1n))],
    ["a length beyond the data", concatBytes(fromHex("0x08c379a0"), words(32n, 33n))],
    ["no code", fromHex("0x4e487b7100")],
    ["another error", fromHex("0x01020304")],
    ["nothing", NO_DATA],
  ])("a revert with %s has no reason", (_, data) => {
    expect(builtinRevert(data)).toBeUndefined();
  });

  test("a panic that Solidity has not", () => {
    const revert = builtinRevert(concatBytes(fromHex("0x4e487b71"), word(2n ** 255n)));
    expect(revert).toMatchObject({
      kind: "panic",
      reason: expect.stringContaining("unknown panic code: 0x8"),
    });
  });
});
