import type { Blockstore } from "#src/blockstore/blocks.js";
import { Prefetcher } from "#src/chain/prefetch/prefetcher.js";
import type { Cid } from "#src/encoding/cid.js";
import type { Block } from "#src/ipld/block-access.js";
import { median, sum } from "../statistics.js";
import { type LatencyCase, runStep } from "./cases.js";

/** A case on a store with latency, without looking ahead (`alone`) and with it. */
export interface LatencyResult {
  readonly name: string;
  readonly tipsets: number;
  readonly messages: number;
  readonly alone: Times;
  readonly ahead: Times;
  /** Times of the fastest runs, alone by ahead. */
  readonly faster: number;
  /** Processor time on a store that answers at once: with a prefetcher by without, the median of turns. */
  readonly atOnce: number;
}

interface Times {
  /** Milliseconds, of the fastest run of each tipset. */
  readonly ms: number;
  /** How often execution had to wait for a block, however long. */
  readonly waits: number;
  /** Blocks that the store was asked for. */
  readonly blocks: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Milliseconds. */
  readonly latency: number;
  /** Turns on a store that answers at once. */
  readonly turns: number;
}

/** Answers after some milliseconds, to any number of questions at the same time. */
class DistantStore implements Blockstore {
  asked = 0;

  constructor(
    private readonly store: Blockstore,
    private readonly latency: number,
  ) {}

  get(cid: Cid): Promise<Uint8Array | undefined | null> {
    this.asked++;
    return new Promise((resolve) => setTimeout(() => resolve(this.store.get(cid)), this.latency));
  }

  putMany(blocks: readonly Block[]): void | Promise<void> {
    return this.store.putMany(blocks);
  }
}

export async function measureCase(subject: LatencyCase, options: MeasureOptions): Promise<LatencyResult> {
  const { name, steps } = subject;
  const runs = { alone: [] as Run[], ahead: [] as Run[] };
  for (let round = 0; round < options.rounds; round++) {
    runs.alone.push(await runDistant(subject, options.latency, undefined));
    runs.ahead.push(await runDistant(subject, options.latency, new Prefetcher()));
  }
  const [alone, ahead] = [timesOf(runs.alone), timesOf(runs.ahead)];
  return {
    name,
    tipsets: steps.length,
    messages: sum(steps.map(({ tipset }) => sum(tipset.blocks.map(({ messages }) => messages.length)))),
    alone,
    ahead,
    faster: alone.ms / ahead.ms,
    atOnce: await processorTimes(subject, options.turns),
  };
}

interface Run {
  /** Milliseconds of each tipset. */
  readonly ms: readonly number[];
  readonly waits: number;
  readonly blocks: number;
}

/** One prefetcher for all tipsets, as a node has; nothing else is left in memory. */
async function runDistant(
  { store, node, steps }: LatencyCase,
  latency: number,
  prefetch: Prefetcher | undefined,
): Promise<Run> {
  const blockstore = new DistantStore(store, latency);
  const distant = { ...node, blockstore, ...(prefetch !== undefined && { prefetch }) };
  const ms: number[] = [];
  for (const step of steps) {
    const start = performance.now();
    await runStep(distant, step);
    ms.push(performance.now() - start);
  }
  return { ms, waits: prefetch?.waits(blockstore) ?? blockstore.asked, blocks: blockstore.asked };
}

function timesOf(runs: readonly Run[]): Times {
  const [first] = runs as [Run];
  const fastest = first.ms.map((_, step) => Math.min(...runs.map(({ ms }) => ms[step] ?? Number.NaN)));
  const { waits, blocks } = runs.at(-1) as Run;
  return { ms: sum(fastest), waits, blocks };
}

async function processorTimes({ store, node, steps }: LatencyCase, turns: number): Promise<number> {
  const ratios: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const times = new Map<boolean, number>();
    // Who comes second finds the caches of the processor warm, so they take turns in that, too.
    for (const isAhead of turn % 2 === 0 ? [false, true] : [true, false]) {
      const prefetch = isAhead ? { prefetch: new Prefetcher() } : {};
      const start = process.cpuUsage();
      for (const step of steps) await runStep({ ...node, blockstore: store, ...prefetch }, step);
      const { user, system } = process.cpuUsage(start);
      times.set(isAhead, user + system);
    }
    ratios.push((times.get(true) ?? 0) / (times.get(false) ?? 1));
  }
  return median(ratios);
}
