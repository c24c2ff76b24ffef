/** Chains with more null rounds than anybody could count. */
import { describe, expect, test } from "vitest";
import { Chain } from "../../../src/chain/history/chain.js";
import { type EpochIndex, indexedTipsets } from "../../../src/chain/history/epoch-index.js";
import { mainChain, tipsetAfter, tipsetsOf } from "../../../src/chain/sync/main-chain.js";
import { SmallChain } from "../../support/small-chain.js";

const FAR = 1e11;
const small = SmallChain.of(3);
small.grow({ nullRounds: FAR });
const main = await mainChain(new Chain(small.store), small.head);

describe("null rounds without number", () => {
  test("are passed over on the way up", async () => {
    const epochs: number[] = [];
    for await (const { epoch } of tipsetsOf(main, { from: 1, to: small.head.epoch }, undefined)) {
      epochs.push(epoch);
    }
    expect(epochs).toEqual([1, 2, FAR + 3]);
    expect((await tipsetAfter(main, 2, undefined))?.key).toEqual(small.head.key);
    expect(await tipsetAfter(main, FAR + 3, undefined)).toBeUndefined();
  });

  test("are passed over by looks back", async () => {
    const chain = new Chain(small.store, { index: main.index });
    const top = small.forkAt(FAR + 3).grow();
    expect((await chain.tipsetAt(4, top, "after"))?.key).toEqual(small.head.key);
    expect((await chain.tipsetAt(4, small.head, "before"))?.epoch).toBe(2);
  });

  test("can be left in an index that is asked for each epoch", async () => {
    const index: EpochIndex = { keyAt: () => undefined };
    const { signal, reason } = abortedSoon();
    const work = indexedTipsets(index, { from: 0, to: FAR }, signal).next();
    await expect(work).rejects.toBe(reason);
  });
});

function abortedSoon(): { readonly signal: AbortSignal; readonly reason: Error } {
  const stop = new AbortController();
  const reason = new Error("stopped");
  setImmediate(() => stop.abort(reason));
  return { signal: stop.signal, reason };
}
