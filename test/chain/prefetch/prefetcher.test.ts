import { encode } from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { beforeAll, describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../../src/address/address.js";
import { readBlocks, writeBlocks } from "../../../src/blockstore/access.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import { executeTipset } from "../../../src/chain/execution/execute-tipset.js";
import type { BlockMessage, Tipset } from "../../../src/chain/execution/tipset.js";
import { Prefetcher, type PrefetcherOptions } from "../../../src/chain/prefetch/prefetcher.js";
import { type Cid, cidBytes } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { HostFault } from "../../../src/errors.js";
import type { BlockAccess } from "../../../src/ipld/block-access.js";
import { linksOf } from "../../../src/ipld/links.js";
import type { Message } from "../../../src/message/message.js";
import { LateStore, turn } from "../../support/late-store.js";
import { keyAddress, type PlainNetwork, plainNetwork, plainNode } from "../../support/plain-network.js";

const ACCOUNTS = Array.from({ length: 120 }, (_, i) => keyAddress(i + 1));
const SENDS = 40;

let network: PlainNetwork;

beforeAll(async () => {
  network = await plainNetwork(ACCOUNTS);
});

const lateStore = () => new LateStore(network.store);

/** Turns of the event loop that some work takes: with this store, one after the other, as many as round trips. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  let turns = 0;
  for (; !isDone; turns++) await turn();
  return turns;
}

function send(from: Address, to: Address, nonce = 0): BlockMessage {
  const message: Message = {
    version: 0,
    from,
    to,
    nonce,
    value: 1n,
    gasLimit: 10_000_000,
    gasFeeCap: 100n,
    gasPremium: 1n,
    method: 0,
    params: new Uint8Array(),
  };
  return { message, rawLength: 150 };
}

function tipset(changes: Partial<Tipset> = {}): Tipset {
  const messages = ACCOUNTS.slice(0, SENDS).map((from, i) => send(from, ACCOUNTS[i + SENDS] as Address));
  return {
    epoch: 10,
    parentEpoch: 9,
    timestamp: 300,
    baseFee: 100n,
    blocks: [{ miner: idAddress(1_000), winCount: 1, messages }],
    ...changes,
  };
}

/** With nothing in memory. */
async function run(
  store: Blockstore,
  prefetch?: Prefetcher,
  { on = tipset(), signal }: { on?: Tipset; signal?: AbortSignal } = {},
) {
  const node = plainNode(store, {
    blockCache: BlockCache.create(1 << 24),
    ...(prefetch !== undefined && { prefetch }),
  });
  return executeTipset(node, network.stateRoot, on, signal && { signal });
}

test("results are the same, after far fewer round trips", async () => {
  const [alone, ahead] = [lateStore(), lateStore()];
  const runs = [run(alone), run(ahead, new Prefetcher())];
  const [expected, result] = await Promise.all(runs);
  expect(result).toEqual(expected);
  expect(ahead.stored).toEqual(alone.stored);
  expect(await turnsOf(run(lateStore(), new Prefetcher()))).toBeLessThan(alone.asked.length / 3);
});

test("the next tipset finds at once what the last one has read or stored", async () => {
  const store = lateStore();
  const prefetcher = new Prefetcher();
  const first = await turnsOf(run(store, prefetcher));
  expect(await turnsOf(run(store, prefetcher))).toBeLessThan(first);
});

test("a store that answers at once is asked no more than without", async () => {
  const count = () => {
    const asked: Cid[] = [];
    const get = (cid: Cid) => {
      asked.push(cid);
      return network.store.get(cid);
    };
    return { asked, get, putMany: () => undefined };
  };
  const [alone, ahead] = [count(), count()];
  const prefetcher = new Prefetcher();
  expect(await run(ahead, prefetcher)).toEqual(await run(alone));
  expect(ahead.asked).toEqual(alone.asked);
  expect(prefetcher.waits(ahead)).toBe(0);
});

test("who reads a tree from end to end waits seldom, on every level", async () => {
  const root = await writeBlocks(network.store, (access) => tree(access, 3));
  const store = lateStore();
  const prefetcher = new Prefetcher();
  const blockCache = BlockCache.create(1 << 24);
  const machine = { network: 28, epoch: 10, stateRoot: network.stateRoot, blockstore: store, blockCache };
  const ahead = prefetcher.begin({ epoch: 10, machine, miners: [], messages: () => [] });
  const reading = readBlocks(ahead.blockstore, (access) => allBelow(access, root), { blockCache });
  // The second sibling that is waited for brings all.
  expect(await turnsOf(reading)).toBeLessThan(1 + 3 * (1 + CHILDREN));
  ahead.end();
  expect(new Set(await reading).size).toBe(1 + CHILDREN + CHILDREN ** 2);
});

const CHILDREN = 8;

/** Blocks that link blocks, which link blocks. Each has a number of its own. @returns the root */
function tree(access: BlockAccess, levels: number, number = 1): Cid {
  const part = (_: unknown, i: number) => tree(access, levels - 1, number * CHILDREN + i);
  const links = levels === 1 ? [] : Array.from({ length: CHILDREN }, part);
  return access.put(DAG_CBOR, encode([number, ...links.map((cid) => CID.decode(cidBytes(cid)))]));
}

function allBelow(access: BlockAccess, cid: Cid): Cid[] {
  return [cid, ...linksOf(access.get(cid)).flatMap((link) => allBelow(access, link))];
}

describe("bounds", () => {
  test.each([
    { concurrency: 3 },
    { maxBlocks: 7 },
    { maxBytes: 1_000 },
    { scouts: 1 },
  ] satisfies PrefetcherOptions[])("%o", async (options) => {
    const store = lateStore();
    const alone = lateStore();
    const expected = await run(alone);
    expect(await run(store, new Prefetcher(options))).toEqual(expected);
    // One more is the machine's own.
    if (options.concurrency !== undefined)
      expect(store.mostWaiting).toBeLessThanOrEqual(options.concurrency + 1);
    if (options.maxBlocks !== undefined) {
      expect(store.asked.length).toBeLessThanOrEqual(alone.asked.length + options.maxBlocks);
    }
    if (options.maxBytes !== undefined) expect(store.asked.length).toBeLessThan(2 * alone.asked.length);
  });

  test.each([
    { concurrency: 0 },
    { maxBlocks: 1.5 },
    { maxBytes: -1 },
    { scouts: 0 },
    { depth: 3 } as PrefetcherOptions,
  ])("%o is refused", (options) => {
    expect(() => new Prefetcher(options)).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
  });
});

test("a block that fails fails nobody who does not need it", async () => {
  const alone = lateStore();
  const expected = await run(alone);
  const store = lateStore();
  const needed = new Set(alone.asked);
  store.failing = new Set([...network.store].map(({ cid }) => cid).filter((cid) => !needed.has(cid)));
  expect(store.failing.size).toBeGreaterThan(0);
  expect(await run(store, new Prefetcher())).toEqual(expected);
});

test("a block that fails is a fault for who needs it", async () => {
  const alone = lateStore();
  await run(alone);
  const store = lateStore();
  store.failing = new Set(alone.asked.slice(-1));
  const fault = await run(store, new Prefetcher()).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(HostFault);
  expect(fault).toMatchObject({ code: "BLOCKSTORE_FAILED" });
});

test("nothing is asked any more after the end, and what is on its way is given up", async () => {
  const store = lateStore();
  await run(store, new Prefetcher());
  const { length } = store.asked;
  expect([...store.open].every((signal) => signal?.aborted === true)).toBe(true);
  for (let i = 0; i < 20; i++) await turn();
  expect(store.asked).toHaveLength(length);
});

test("an abortion ends the looking ahead, too", async () => {
  const store = lateStore();
  const controller = new AbortController();
  const running = run(store, new Prefetcher(), { signal: controller.signal });
  while (store.asked.length < 20) await turn();
  controller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  const { length } = store.asked;
  for (let i = 0; i < 20; i++) await turn();
  expect(store.asked).toHaveLength(length);
});

test("tipsets at the same time share what is on its way; that one is aborted is no matter to the others", async () => {
  const expected = await run(lateStore());
  const store = lateStore();
  const prefetcher = new Prefetcher();
  const controller = new AbortController();
  const aborted = run(store, prefetcher, { signal: controller.signal });
  const others = [run(store, prefetcher), run(store, prefetcher)];
  while (store.asked.length < 10) await turn();
  controller.abort(new Error("enough"));
  await expect(aborted).rejects.toThrow("enough");
  for (const other of others) expect(await other).toEqual(expected);
});

test("null rounds are looked ahead in, too", async () => {
  const on = tipset({ parentEpoch: 5 });
  const alone = lateStore();
  const expected = await run(alone, undefined, { on });
  const store = lateStore();
  const running = run(store, new Prefetcher(), { on });
  expect(await turnsOf(running)).toBeLessThan(alone.asked.length / 2);
  expect(await running).toEqual(expected);
});

test("messages that depend on each other come out the same", async () => {
  const [first, second, third] = ACCOUNTS as [Address, Address, Address];
  const fresh = keyAddress(250);
  const messages = [
    send(first, fresh),
    send(fresh, second),
    send(first, third, 1),
    send(first, third, 2),
    send(second, first, 5),
  ];
  const on = tipset({ blocks: [{ miner: idAddress(1_000), winCount: 1, messages }] });
  const expected = await run(lateStore(), undefined, { on });
  expect(await run(lateStore(), new Prefetcher(), { on })).toEqual(expected);
});
