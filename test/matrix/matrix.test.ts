/**
 * Every function that uses a blockstore × kinds of stores × threads × signals: each cell has its outcome. Runs
 * the built package.
 */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { native } from "../../src/native/index.js";
import { collectGarbage } from "../support/garbage.js";
import { keyAddress, plainMessage, plainNetwork } from "../support/plain-network.js";
import { FUNCTIONS, LMDB_FOLDER, outcomeOf, SIGNALS, STORES } from "./fixtures/cells.mjs";

afterAll(() => rmSync(LMDB_FOLDER, { recursive: true, force: true }));

interface Cell {
  readonly name: string;
  readonly store: string;
  readonly signal: string;
  /** It is to wait for ever. */
  readonly waits: boolean;
}

/** These take no signal. */
const WITHOUT_SIGNAL = ["Machine.executeSync", "Genesis.write"];
/** These only write. */
const WRITERS = ["Machine.flush", "Genesis.write"];
/** They answer at once. */
const AT_ONCE = ["synchronous", "lmdb"];
/** With a store that answers at once these never come to a point at which a signal could end them. */
const NEVER_WAITS = ["Machine.create", "Machine.execute", "Machine.resolveAddress", "Machine.getActor"];
const MIB = 1 << 20;

const isPooled = ({ name }: Pick<Cell, "name">) => name.startsWith("TipsetPool");

const cells: Cell[] = FUNCTIONS.flatMap((name) =>
  STORES.flatMap((store) =>
    SIGNALS.filter((signal) => signal === "none" || !WITHOUT_SIGNAL.includes(name)).map((signal) => ({
      ...{ name, store, signal, waits: statedOutcome({ name, store, signal }) === "waits" },
    })),
  ),
);

/** How the cell's function ends. */
function stated(cell: Cell): string {
  const { name } = cell;
  const outcome = statedOutcome(cell);
  const ownsMachine = name.startsWith("Machine.") && name !== "Machine.create";
  if (!ownsMachine) return outcome;
  // A fault of the host closes the machine; what waits keeps it busy; else it goes on.
  const afterwards =
    outcome === "BLOCKSTORE_FAILED" || outcome === "BLOCK_NOT_FOUND"
      ? "MACHINE_CLOSED"
      : outcome === "waits"
        ? "MACHINE_BUSY"
        : "ok";
  return `${outcome}; afterwards ${afterwards}`;
}

function statedOutcome({ name, store, signal }: Omit<Cell, "waits">): string {
  if (signal === "before") return "given up";
  // All that it looks at the message has read.
  if (name === "Machine.changes") return "ok";
  if (name === "TipsetPool.create") {
    if (signal === "in the middle") return "given up";
    return store === "hanging"
      ? "waits"
      : ["failing once", "lacking"].includes(store)
        ? "CHAIN_NODE_FAILED"
        : "ok";
  }
  const isLate = ["asynchronous", "slow", "hanging"].includes(store);
  if (name === "Machine.executeSync" && isLate) return "MUST_WAIT";
  if (signal === "in the middle") {
    if (isLate || isPooled({ name })) return "given up";
    if (AT_ONCE.includes(store) && !NEVER_WAITS.includes(name)) return "given up";
    if (store === "lacking" && WRITERS.includes(name)) return "given up";
  }
  if (store === "hanging") return "waits";
  if (store === "failing once") return "BLOCKSTORE_FAILED";
  return store === "lacking" && !WRITERS.includes(name) ? "BLOCK_NOT_FOUND" : "ok";
}

const [alice, bob] = [keyAddress(1), keyAddress(2)];
const plain = await plainNetwork([alice, bob]);
const transfer = plainMessage({ from: alice, to: bob, value: 1n });
const block = { miner: idAddress(1000), winCount: 1, messages: [{ message: transfer, rawLength: 100 }] };
const net = {
  blocks: [...plain.store],
  stateRoot: plain.stateRoot,
  transfer,
  tipset: { epoch: 10, parentEpoch: 8, timestamp: 300, baseFee: 0n, blocks: [block] },
};

const worker = (data: object) =>
  new Worker(new URL("./fixtures/cells.mjs", import.meta.url), { workerData: { net, ...data } });

async function inMain(): Promise<string[]> {
  const outcomes: string[] = [];
  for (const cell of cells) outcomes.push(await outcomeOf(cell, net));
  return outcomes;
}

async function inWorker(): Promise<string[]> {
  const thread = worker({ cells });
  const [outcomes] = (await once(thread, "message")) as [string[]];
  await once(thread, "exit");
  return outcomes;
}

/** Workers that end in the middle of many cells; and pools whose workers do. */
async function inWorkersThatEnd(): Promise<void> {
  for (const name of FUNCTIONS) {
    for (const abandoned of ["exit", "terminate"]) {
      const thread = worker({
        cells: cells.filter((cell) => cell.name === name && !isPooled(cell)),
        abandoned,
      });
      if (abandoned === "terminate") {
        await once(thread, "message");
        await thread.terminate();
      } else {
        await once(thread, "exit");
      }
    }
  }
}

const label = ({ name, store, signal }: Cell) => `${name}, store ${store}, signal ${signal}`;
const asStated = (outcomes: readonly string[]) => cells.map((cell, i) => `${label(cell)}: ${outcomes[i]}`);
const expected = () => cells.map((cell) => `${label(cell)}: ${stated(cell)}`);

describe(`${cells.length} cells`, () => {
  test("in the main thread", { timeout: 180_000 }, async () => {
    expect(asStated(await inMain())).toEqual(expected());
  });

  test("in a worker", { timeout: 180_000 }, async () => {
    expect(asStated(await inWorker())).toEqual(expected());
  });

  test("in workers that end: the process goes on", { timeout: 180_000 }, async () => {
    await inWorkersThatEnd();
  });

  test.each(
    cells.filter((cell) => isPooled(cell) && cell.signal === "none" && cell.name !== "TipsetPool.create"),
  )("a pool's worker ends: $name, store $store", async (cell) => {
    expect(await outcomeOf({ ...cell, ends: true }, net)).toBe("WORKER_LOST");
  });
});

test("nothing is left of it: memory and native objects are as before", { timeout: 300_000 }, async () => {
  const passes = [];
  const own = cells.filter((cell) => !isPooled(cell) && statedOutcome(cell) !== "waits");
  for (let pass = 0; pass < 4; pass++) {
    for (const cell of own) await outcomeOf(cell, net);
    await inWorkersThatEnd();
    await collectGarbage();
    passes.push({ rss: process.memoryUsage.rss(), objects: native.liveObjects() });
  }
  const [, second, , last] = passes;
  // Objects of a thread that has ended may go a little later, so the least of each kind counts.
  const earlier = passes.slice(0, -1).map(({ objects }) => objects);
  const moreThanBefore = async () => {
    await collectGarbage();
    return Object.entries(native.liveObjects()).filter(([kind, count]) =>
      earlier.every((objects) => objects[kind as keyof typeof objects] < count),
    );
  };
  await expect.poll(moreThanBefore, { timeout: 10_000 }).toEqual([]);
  expect(native.liveObjects()).toMatchObject({ frames: 0, stores: 0, stacks: 0 });
  expect((last?.rss ?? 0) - (second?.rss ?? 0)).toBeLessThan(24 * MIB);
});
