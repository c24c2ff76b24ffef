import { describe, expect, test } from "vitest";
import { native } from "../../../src/native/index.js";
import { rand } from "../../../src/vm/kernel/rand.js";
import { runHandler } from "./fake-context.js";

const digest = new Uint8Array(32).fill(7);
const externs = {
  getChainRandomness: (epoch: number | bigint) => (epoch === 13 ? undefined : digest),
  getBeaconRandomness: (epoch: number | bigint) => (epoch === 13 ? undefined : new Uint8Array(32).fill(9)),
};

describe("from network version 21 on", () => {
  const handler = rand["rand.get_chain_randomness"];

  test.each([
    ["now", 100, "ok", 146_200_000],
    ["past", 40, "ok", 150_700_000],
    ["unknown to the node", 13, 1, 152_725_000],
    ["before genesis", -100, "ok", 161_200_000],
    ["future", 101, "out of gas", 2n ** 64n - 1n],
    ["the last epoch", 2n ** 63n - 1n, "out of gas", 2n ** 64n - 1n],
    ["too long ago to pay for", -(2n ** 62n), "out of gas", 2n ** 64n - 1n],
  ] as const)("%s", (_case, epoch, outcome, price) => {
    const result = runHandler(handler, { args: [epoch], externs });
    expect(result).toMatchObject({ outcome, charges: [["OnGetRandomness", price]] });
    expect(result.answer).toBe(outcome === "ok" ? Buffer.from(digest).toString("hex") : undefined);
  });

  test("a difference over 64 bits is refused for free", () => {
    expect(runHandler(handler, { args: [-(2n ** 63n)], externs })).toMatchObject({ outcome: 1, charges: [] });
  });

  test("a beacon's is another", () => {
    const result = runHandler(rand["rand.get_beacon_randomness"], { args: [5], externs });
    expect(result.answer).toBe("09".repeat(32));
  });
});

describe("up to network version 20", () => {
  const handler = rand["rand.get_chain_randomness[drawn]"];
  const entropy = new Uint8Array([1, 2, 3]);

  test("is mixed with tag, epoch and entropy", () => {
    const result = runHandler(handler, { nv: 18, args: [-2, 40, entropy], externs });
    const text = Buffer.concat([
      Buffer.from("fffffffffffffffe", "hex"),
      digest,
      Buffer.from("0000000000000028", "hex"),
      entropy,
    ]);
    expect(result.answer).toBe(Buffer.from(native.blake2b(text, 32)).toString("hex"));
  });

  test.each([
    [16, 21_000_000],
    [17, 21_000_000],
    [18, 21_510_000],
    [19, 21_510_000],
    [20, 21_510_000],
  ])("price in network version %i", (nv, price) => {
    const result = runHandler(handler, { nv, args: [1, 40, entropy], externs });
    expect(result.charges).toEqual([["OnGetRandomness", price]]);
  });

  test.each([
    ["future", 2n ** 62n, "ok"],
    ["unknown to the node", 13, 1],
  ] as const)("%s", (_case, epoch, outcome) => {
    const result = runHandler(handler, { nv: 20, args: [1, epoch, entropy], externs });
    expect(result).toMatchObject({ outcome, charges: [["OnGetRandomness", 21_510_000]] });
  });
});
