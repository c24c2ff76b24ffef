import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { Address } from "../../../src/address/address.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { native } from "../../../src/native/index.js";
import { type ActorState, EMPTY_ARRAY, emptyActor } from "../../../src/vm/state-tree/actor-state.js";
import {
  type ActorChange,
  changedActor,
  changeOf,
  compareDiffs,
  diffText,
  type StateDiff,
} from "../../../src/vm/state-tree/state-diff.js";

const FIL = 10n ** 18n;
const ETH = `\x04\x0a${"e".repeat(20)}` as Address;
const [code, other] = [1, 2].map((byte) => native.cidOf(RAW, Uint8Array.of(byte))) as [Cid, Cid];
const actor: ActorState = { code, state: EMPTY_ARRAY, nonce: 3, balance: 5n, delegatedAddress: undefined };

const diff: StateDiff = {
  actors: new Map<number | bigint, ActorChange>([
    [1, { kind: "changed", state: EMPTY_ARRAY }],
    [99, { kind: "changed", balance: 3n * FIL }],
    [100, { kind: "changed", code: other, nonce: 2n ** 60n, balance: -FIL / 2n, delegatedAddress: null }],
    [101, { kind: "added", actor: { ...emptyActor(code, ETH), balance: 7n * FIL } }],
    [2n ** 63n, { kind: "removed" }],
  ]),
  addresses: new Map([[ETH, 101]]),
};

describe("a change has what is otherwise than before", () => {
  test.each<[string, ActorState | undefined, ActorState | undefined, ActorChange | undefined]>([
    ["nothing", actor, { ...actor }, undefined],
    ["nobody", undefined, undefined, undefined],
    ["a nonce", actor, { ...actor, nonce: 4 }, { kind: "changed", nonce: 4 }],
    ["less", actor, { ...actor, balance: 1n }, { kind: "changed", balance: -4n }],
    ["an address", actor, { ...actor, delegatedAddress: ETH }, { kind: "changed", delegatedAddress: ETH }],
    ["no address", { ...actor, delegatedAddress: ETH }, actor, { kind: "changed", delegatedAddress: null }],
    [
      "all",
      actor,
      { ...emptyActor(other, ETH), state: other },
      {
        kind: "changed",
        ...{ code: other, state: other, nonce: 0, balance: -5n, delegatedAddress: ETH },
      },
    ],
    ["a new one", undefined, actor, { kind: "added", actor }],
    ["none any more", actor, undefined, { kind: "removed" }],
  ])("%s", (_, before, after, expected) => {
    const change = changeOf(before, after);
    expect(change).toStrictEqual(expected);
    if (change?.kind === "changed") expect(changedActor(before as ActorState, change)).toEqual(after);
  });
});

test("is shown as text, in the network's letters", () => {
  const text = `f01 state: ${cidText(EMPTY_ARRAY)}
f099 balance: +3.0 FIL
f0100 code: ${cidText(other)}
f0100 nonce: 1152921504606846976
f0100 balance: -0.5 FIL
f0100 f4 address: none
f0101: added
f0101 code: ${cidText(code)}
f0101 state: ${cidText(EMPTY_ARRAY)}
f0101 nonce: 0
f0101 balance: 7.0 FIL
f0101 f4 address: f410fmvswkzlfmvswkzlfmvswkzlfmvswkzlf2kwlo3a
f09223372036854775808: removed
f410fmvswkzlfmvswkzlfmvswkzlfmvswkzlf2kwlo3a: f0101
`;
  expect(diffText(diff)).toBe(text);
  expect(diffText(diff, "t")).toBe(text.replaceAll(/^f|(?<=: )f(?=0|4)/gm, "t"));
  expect(diffText({ actors: new Map(), addresses: new Map() })).toBe("");
});

describe("is compared", () => {
  const without = (id: number | bigint): StateDiff => {
    const actors = new Map(diff.actors);
    actors.delete(id);
    return { ...diff, actors };
  };
  const having = (id: number | bigint, change: ActorChange): StateDiff => ({
    ...diff,
    actors: new Map([...without(id).actors, [id, change]]),
  });

  test("with itself, in another order", () => {
    const turned = { ...diff, actors: new Map([...diff.actors].reverse()) };
    expect(compareDiffs(diff, turned)).toEqual([]);
  });

  test.each<[string, StateDiff, object[]]>([
    ["nothing", without(99), [{ field: "f099 balance", expected: "+3.0 FIL", actual: "as before" }]],
    [
      "another amount",
      having(99, { kind: "changed", balance: 3n * FIL + 1n }),
      [{ field: "f099 balance", expected: "+3.0 FIL", actual: "+3.000000000000000001 FIL" }],
    ],
    [
      "a field more",
      having(1, { kind: "changed", state: EMPTY_ARRAY, nonce: 1 }),
      [{ field: "f01 nonce", expected: "as before", actual: "1" }],
    ],
    [
      "an actor that stays",
      without(2n ** 63n),
      [{ field: "f09223372036854775808", expected: "removed", actual: "as before" }],
    ],
    [
      "no address",
      { ...diff, addresses: new Map() },
      [
        {
          field: "f410fmvswkzlfmvswkzlfmvswkzlfmvswkzlf2kwlo3a",
          expected: "f0101",
          actual: "as before",
        },
      ],
    ],
  ])("with one that has %s", (_, actual, expected) => {
    expect(compareDiffs(diff, actual)).toEqual(expected);
    expect(compareDiffs(actual, diff)).toHaveLength(expected.length);
  });
});

test("goes to another thread and comes back", async () => {
  const echo = `const { parentPort } = require("node:worker_threads");
    parentPort.once("message", (diff) => parentPort.postMessage(diff));`;
  const worker = new Worker(echo, { eval: true });
  worker.postMessage(diff);
  const [back] = (await once(worker, "message")) as [StateDiff];
  await worker.terminate();
  expect(back).toStrictEqual(diff);
  expect(compareDiffs(diff, back)).toEqual([]);
});
