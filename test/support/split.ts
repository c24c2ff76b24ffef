/** Messages on one machine; and each on a machine of its own that starts from what those before it have changed. */
import { expect } from "vitest";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import type { Cid } from "../../src/encoding/cid.js";
import type { Block } from "../../src/ipld/block-access.js";
import type { Message } from "../../src/message/message.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { type ExecuteOptions, Machine } from "../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../src/vm/machine/options.js";
import { compareDiffs, type StateDiff } from "../../src/vm/state-tree/state-diff.js";

export interface Execution {
  readonly message: Message;
  readonly how?: Omit<ExecuteOptions, "changes" | "signal">;
}

export interface Executed {
  readonly results: readonly ApplyResult[];
  readonly stateRoot: Cid;
  /** CIDs of the blocks that the flush has stored, in order. */
  readonly stored: readonly Cid[];
}

const CACHE_BYTES = 2 ** 26;

/** On one machine. A second one that starts from all its changes must have the same root. */
export async function executeTogether(
  options: MachineOptions,
  executions: readonly Execution[],
): Promise<Executed> {
  return onMachines(options, async (next) => {
    const machine = await next([]);
    const results = [];
    for (const { message, how } of executions) {
      results.push(await machine.execute(message, { ...how, changes: true }));
    }
    const changes = await machine.changes();
    return { results, machine: await next([changes]) };
  });
}

/** Each message on the root, with the changes of those before it, as another thread gets them, and their blocks. */
export async function executeApart(
  options: MachineOptions,
  executions: readonly Execution[],
): Promise<Executed> {
  return onMachines(options, async (next) => {
    const results: ApplyResult[] = [];
    const diffs: StateDiff[] = [];
    for (const { message, how } of executions) {
      const machine = await next(diffs);
      const result = await machine.execute(message, { ...how, changes: true });
      results.push(result);
      diffs.push(structuredClone(result.changes as StateDiff));
      expect(compareDiffs(result.changes as StateDiff, await machine.changes())).toEqual([]);
    }
    return { results, machine: await next(diffs) };
  });
}

/** @param next a machine that starts from the root with changes, and takes the blocks of the one before */
async function onMachines(
  options: MachineOptions,
  execute: (
    next: (changes: readonly StateDiff[]) => Promise<Machine>,
  ) => Promise<{ results: readonly ApplyResult[]; machine: Machine }>,
): Promise<Executed> {
  const blockCache = BlockCache.create(CACHE_BYTES);
  const blockstore = new WatchedStore(options.blockstore);
  let last: Machine | undefined;
  try {
    const { results, machine } = await execute(async (changes) => {
      const blocksOf = last === undefined ? [] : [last];
      const made = await Machine.create({ ...options, blockstore, blockCache, changes, blocksOf });
      last?.close();
      last = made;
      return made;
    });
    const stateRoot = await machine.flush();
    return { results, stateRoot, stored: blockstore.stored.sort() };
  } finally {
    last?.close();
    blockCache.clear();
  }
}

class WatchedStore implements Blockstore {
  readonly stored: Cid[] = [];

  constructor(private readonly store: Blockstore) {}

  get(cid: Cid): ReturnType<Blockstore["get"]> {
    return this.store.get(cid);
  }

  putMany(blocks: readonly Block[]): ReturnType<Blockstore["putMany"]> {
    for (const { cid } of blocks) this.stored.push(cid);
    return this.store.putMany(blocks);
  }
}
