import { describe, expect, test } from "vitest";
import { addressId, idAddress } from "../../../src/address/address.js";
import { type EpochPlace, planOf, roomOf } from "../../../src/chain/parallel/plan.js";
import { type Foreseen, Prediction } from "../../../src/chain/parallel/prediction.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { SingletonId } from "../../../src/vm/state-tree/actor-state.js";
import type { StateTree } from "../../../src/vm/state-tree/state-tree.js";

const [ALICE, MINER] = [100, 900];

/** All actors are there, and all have the same code. */
const tree = {
  resolveAddress: addressId,
  getActor: () => ({ code: "code" as Cid }),
} as unknown as StateTree;

/** @param method 0: a transfer */
function placeOf(sender: number, receiver: number, method = 2): EpochPlace {
  const message = {
    version: 0,
    from: idAddress(sender),
    to: idAddress(receiver),
    nonce: 0,
    value: 0n,
    gasLimit: 1_000,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method,
    params: new Uint8Array(30),
  };
  return { message, rawLength: 99 };
}

const apart = [1, 2, 3, 4].map((i) => placeOf(ALICE + i, 200 + i));
const chained = [1, 2, 3, 4].map(() => placeOf(ALICE, 200));
const reward = { miner: idAddress(MINER) };

/** Habits of these messages: each reads and writes its receiver. */
function learnt(epoch: readonly EpochPlace[], gasUsed: number, reads: readonly number[] = []): Prediction {
  const prediction = new Prediction();
  for (const foreseen of planOf(epoch, tree, prediction, 0).foreseen) {
    if (foreseen === undefined) continue;
    const { receiver } = foreseen as Foreseen;
    prediction.learn(foreseen, { read: [receiver, ...reads], written: [receiver] }, gasUsed);
  }
  return prediction;
}

describe("a plan", () => {
  test("gives calls to threads, with those that they follow, and nothing else", () => {
    const epoch = [...chained.slice(2), placeOf(ALICE, 201, 0), reward, ...apart.slice(3)];
    const { places, foreseen } = planOf(epoch, tree, new Prediction(), 0);
    expect(places.map(({ message }) => message !== undefined)).toEqual([true, true, false, false, true]);
    expect(places.map(({ predecessors }) => predecessors)).toEqual([[], [0], [1], [], []]);
    expect(foreseen.map((one) => one?.receiver)).toEqual([200, 200, undefined, undefined, 204]);
    const { count, messageBytes } = roomOf(epoch);
    expect(count).toBe(5);
    expect(messageBytes).toBeGreaterThan(places.reduce((sum, { message = "" }) => sum + message.length, 0));
  });

  test.each([
    ["calls apart", apart, 100, 300, true],
    ["calls apart of less gas", apart, 100, 500, false],
    ["calls that follow each other", chained, 100, 300, false],
    ["few that follow each other", [...apart, ...chained.slice(2)], 100, 300, true],
    ["transfers", [placeOf(ALICE, 200, 0), reward], 100, 1, false],
  ])("of %s is worth help or not", (_, epoch, gasUsed, leastGas, isWorthHelp) => {
    expect(planOf(epoch, tree, learnt(epoch, gasUsed), leastGas)).toMatchObject({ isWorthHelp });
  });

  test.each([
    ["before", [...apart, reward], true],
    ["after", [reward, ...apart], false],
    ["on both sides of", [...apart.slice(1), reward, ...apart.slice(0, 1)], true],
  ])("of calls that read what rewards change, %s one, is worth help or not", (_, epoch, isWorthHelp) => {
    const prediction = learnt(epoch, 100, [SingletonId.Reward]);
    expect(planOf(epoch, tree, prediction, 300)).toMatchObject({ isWorthHelp });
  });

  test("of calls of which nothing is known is worth a try", () => {
    expect(planOf(chained, tree, new Prediction(), 10_000)).toMatchObject({ isWorthHelp: true });
  });
});
