import { describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { parseAddress } from "../../src/address/text.js";
import { parseCid } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import { overridesFromJson } from "../../src/simulate/overrides-json.js";

const ETH = "0xd388ab098ed3e84c0d808776440b48f685198498";
const F410 = parseAddress("f410f2oekwcmo2pueydmaq53eic2i62crtbeyuzx2gmy");
const CID = "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a";
const TOP = `0x${"f".repeat(64)}`;

test("every field, in the forms that Ethereum's nodes take", () => {
  const json = {
    [ETH]: {
      balance: "0xde0b6b3a7640000",
      nonce: "0x7",
      code: "0x6000",
      state: { "0x0": TOP, [TOP]: "0x1" },
    },
    "0xff00000000000000000000000000000000000063": { stateDiff: { "5": "0x0", "0x05": 7 } },
    f0100: { balance: "1000000000000000000", nonce: 3, actorCode: CID, actorState: "0x80" },
    t0101: { balance: 5, actorState: CID, code: null },
  };
  expect(overridesFromJson(json)).toEqual([
    [
      F410,
      {
        ...{ balance: 10n ** 18n, nonce: 7, bytecode: Uint8Array.of(0x60, 0) },
        storage: [
          [0n, 2n ** 256n - 1n],
          [2n ** 256n - 1n, 1n],
        ],
      },
    ],
    [
      idAddress(99),
      {
        slots: [
          [5n, 0n],
          [5n, 7n],
        ],
      },
    ],
    [idAddress(100), { balance: 10n ** 18n, nonce: 3, code: parseCid(CID), state: Uint8Array.of(0x80) }],
    [idAddress(101), { balance: 5n, state: parseCid(CID) }],
  ]);
});

describe("what is wrong is named", () => {
  test.each([
    ["no object", [], /overrides.*JSON object/],
    ["nothing", null, /overrides/],
    ["no address", { "0x12": {} }, /overrides\["0x12"\]/],
    ["an override that is none", { f0100: 5 }, /overrides\["f0100"\]/],
    ["an unknown field", { f0100: { storage: {} } }, /\.storage.*there is no such field; there are balance/],
    ["a field of every object", { f0100: { constructor: {} } }, /\.constructor/],
    ["a balance below 0", { f0100: { balance: "-1" } }, /\.balance/],
    ["a balance that is no integer", { f0100: { balance: 1.5 } }, /\.balance/],
    ["a nonce beyond 64 bits", { f0100: { nonce: "0x10000000000000000" } }, /\.nonce/],
    ["code without 0x", { f0100: { code: "6000" } }, /\.code/],
    ["code of half bytes", { f0100: { code: "0x600" } }, /\.code/],
    ["a state that is an array", { f0100: { state: [] } }, /\.state/],
    ["a slot beyond 256 bits", { f0100: { stateDiff: { [`${TOP}f`]: "0x0" } } }, /\.stateDiff/],
    ["a value that is no integer", { f0100: { stateDiff: { "0x0": "abc" } } }, /\.stateDiff\["0x0"\]/],
    ["actor code that is no CID", { f0100: { actorCode: "0x80" } }, /\.actorCode.*CID/],
    ["an actor's state that is neither", { f0100: { actorState: 5 } }, /\.actorState/],
  ])("%s", (_, json, text) => {
    const read = () => overridesFromJson(json);
    expect(read).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_OPTION")));
    expect(read).toThrow(text);
  });
});
