/** A function for each tipset, by a worker in this process. Runs the built package, whose threads are files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type * as BuiltChain from "../../src/chain/index.js";
import type * as Built from "../../src/queue/index.js";
import { acceptProofs } from "../../src/vm/proofs/verifier.js";
import { temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions } from "../support/devnet.js";
import { chainFolder } from "../support/queue-chain.js";
import { skipLoudly } from "../support/skip.js";

const built = (entry: string) => import(new URL(`../../dist/${entry}/index.js`, import.meta.url).href);
const { mapTipsets, MemoryQueue, runWorker, validateQueued } = (await built("queue")) as typeof Built;
const { ChainStore, chainNode, executeChainTipset, validateStore } = (await built(
  "chain",
)) as typeof BuiltChain;
const script = fileURLToPath(new URL("fixtures/transfers.mjs", import.meta.url));

const isPossible = devnetVersions([28]).length > 0;
if (!isPossible) skipLoudly("functions for tipsets: no bundle v18 of mainnet");

describe.skipIf(!isPossible)("a function for each tipset", { timeout: 120_000 }, () => {
  let data: string;
  let store: BuiltChain.ChainStore;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    data = await chainFolder(12);
    store = await ChainStore.open(data);
    return () => store.close();
  }, 120_000);

  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** A queue with a worker. */
  function queueOf(modules: Record<string, string>, folder = data, tries = 2): Built.JobQueue {
    const queue = new MemoryQueue({ tries });
    const stop = new AbortController();
    const working = runWorker(queue, { stores: [folder], slots: 2, modules, signal: stop.signal });
    working.catch(() => undefined);
    ends.push(async () => {
      stop.abort();
      await working.catch(() => undefined);
    });
    return queue;
  }

  async function mapped(queue: Built.JobQueue, options: Built.MapTipsetsOptions = {}, of = store) {
    const values: Built.MappedTipset[] = [];
    for await (const each of mapTipsets(of, queue, "transfers", options)) values.push(each);
    return values;
  }

  test("is called with what executing it led to, and its values come in order, once for each", async () => {
    const queue = queueOf({ transfers: script });
    const values = await mapped(queue, { version: "1" });
    const { network, chain } = store;
    const node = chainNode({ network, chain, proofs: acceptProofs });
    const expected: Built.MappedTipset[] = [];
    for await (const { epoch, key } of store.keys({ from: 1, to: (await store.head()).epoch })) {
      const tipset = await chain.tipset(key);
      const messages = await chain.messages(tipset);
      const { blocks, nullRounds } = await executeChainTipset(node, chain, tipset);
      const results = blocks.flatMap((block) => block.messages);
      const traced = results.length + blocks.length + nullRounds.length + 1;
      const all = messages.flatMap(({ bls, secp }) => [...bls, ...secp.map(({ message }) => message)]);
      const value = {
        sent: all.map((message) => message.value),
        exitCodes: results.map(({ receipt }) => receipt.exitCode),
        events: results.map(({ events }) => events.length),
        traced,
        called: expect.any(Number),
      };
      expected.push({ epoch, value });
    }
    expect(expected.length).toBe(12);
    expect(values).toEqual(expected);
    for (const { value } of values) expect((value as { called: number }).called).toBeGreaterThan(0);
    // Another version of the module has other results.
    await expect(mapped(queue, { version: "2" })).rejects.toMatchObject({
      code: "RANGE_FAILED",
      details: { reason: expect.stringContaining("it has version 1, and 2 is asked for") },
    });
  });

  test("has a part of the chain", async () => {
    const all = await mapped(queueOf({ transfers: script }));
    const { epoch } = all[5] as Built.MappedTipset;
    const part = await mapped(queueOf({ transfers: script }), { from: epoch, to: epoch + 2 });
    expect(part).toEqual(all.filter((each) => each.epoch >= epoch && each.epoch <= epoch + 2));
  });

  test("that throws is tried again, and its error is the reason", async () => {
    const file = join(temporaryFolder(), "throws.mjs");
    writeFileSync(file, 'export default () => { throw new Error("not this one"); };');
    await expect(mapped(queueOf({ transfers: file }))).rejects.toMatchObject({
      code: "RANGE_FAILED",
      details: { tries: 2, reason: expect.stringContaining("not this one") },
    });
  });

  test.each([
    ["that no worker has", {}, "the worker has no module of this name"],
    ["that is not there", { transfers: "/nowhere.mjs" }, "Cannot find module"],
  ])("%s is named", async (_, modules, reason) => {
    await expect(mapped(queueOf(modules))).rejects.toMatchObject({
      code: "RANGE_FAILED",
      details: { reason: expect.stringMatching(`MODULE_FAILED.*${reason}`) },
    });
  });

  test("ends where the chain says something else", async () => {
    const wrong = await chainFolder(12, 8);
    const other = await ChainStore.open(wrong);
    ends.push(() => other.close());
    await expect(mapped(queueOf({ transfers: script }, wrong), {}, other)).rejects.toMatchObject({
      code: "CHAIN_DIFFERS",
      details: { reason: expect.stringContaining("state") },
    });
  });

  test("a chain is validated over a queue in memory, too", async () => {
    const expected = await validateStore(store, { again: true });
    const ranges: Built.RangeEnd[] = [];
    const queue = queueOf({});
    const options = { again: true, onRange: (range: Built.RangeEnd) => ranges.push(range) };
    expect(await validateQueued(store, queue, options)).toEqual(expected);
    expect(ranges.every(({ isKnown }) => !isKnown)).toBe(true);
  });
});
