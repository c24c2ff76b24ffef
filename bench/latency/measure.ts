import type { Blockstore } from "#src/blockstore/blocks.js";
import type { Prefetch } from "#src/chain/execution/prefetch.js";
import { Prefetcher } from "#src/chain/prefetch/prefetcher.js";
import { median, sum } from "../statistics.js";
import type { LatencyCase } from "./cases.js";
import type { Spent } from "./clock.js";
import { DistantStore } from "./distant-store.js";
import { WaitCount } from "./wait-count.js";

/** A case on a store with latency, without looking ahead (`alone`) and with it. */
export interface LatencyResult {
  readonly name: string;
  readonly tipsets: number;
  readonly messages: number;
  /** Milliseconds without looking ahead on a store that answers at once: nothing can be faster. */
  readonly least: number;
  readonly alone: Times;
  readonly ahead: Times;
  /** Times of the fastest runs, alone by ahead. */
  readonly faster: number;
  /** Processor time on a store that answers at once: with a prefetcher by without, the median of turns. */
  readonly atOnce: number;
}

interface Times extends Spent {
  /** Milliseconds, busy and idle: of each part the fastest run. */
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

export async function measureCase(subject: LatencyCase, options: MeasureOptions): Promise<LatencyResult> {
  const { name, tipsets, messages } = subject;
  const runs = { least: [] as Run[], alone: [] as Run[], ahead: [] as Run[] };
  // Code is compiled, whoever comes first.
  await subject.run(subject.store, undefined);
  for (let round = 0; round < options.rounds; round++) {
    runs.least.push(await runOn(subject, 0, new WaitCount()));
    runs.alone.push(await runOn(subject, options.latency, new WaitCount()));
    runs.ahead.push(await runOn(subject, options.latency, new Prefetcher()));
  }
  const [least, alone, ahead] = [timesOf(runs.least), timesOf(runs.alone), timesOf(runs.ahead)];
  const faster = alone.ms / ahead.ms;
  const atOnce = await processorTimes(subject, options.turns);
  return { name, tipsets, messages, least: least.ms, alone, ahead, faster, atOnce };
}

interface Run {
  readonly parts: readonly Spent[];
  readonly waits: number;
  readonly blocks: number;
}

/** One prefetcher for all tipsets, as a node has. @param latency 0: the store answers at once */
async function runOn(
  subject: LatencyCase,
  latency: number,
  prefetch: Prefetch & { waits(store: Blockstore): number },
): Promise<Run> {
  const distant = new DistantStore(subject.store, latency);
  const parts = await subject.run(latency === 0 ? subject.store : distant, prefetch);
  return { parts, waits: prefetch.waits(distant), blocks: distant.asked };
}

function timesOf(runs: readonly Run[]): Times {
  const [first] = runs as [Run];
  const fastest = first.parts.map((_, i) =>
    runs.map(({ parts }) => parts[i] as Spent).reduce((a, b) => (total(a) < total(b) ? a : b)),
  );
  const { waits, blocks } = runs.at(-1) as Run;
  const [busy, idle] = [sum(fastest.map((part) => part.busy)), sum(fastest.map((part) => part.idle))];
  return { ms: busy + idle, busy, idle, waits, blocks };
}

function total({ busy, idle }: Spent): number {
  return busy + idle;
}

async function processorTimes({ store, run }: LatencyCase, turns: number): Promise<number> {
  const ratios: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const times = new Map<boolean, number>();
    // Who comes second finds the caches of the processor warm, so they take turns in that, too.
    for (const isAhead of turn % 2 === 0 ? [false, true] : [true, false]) {
      const parts = await run(store, isAhead ? new Prefetcher() : undefined);
      times.set(isAhead, sum(parts.map(({ busy }) => busy)));
    }
    ratios.push((times.get(true) ?? 0) / (times.get(false) ?? 1));
  }
  return median(ratios);
}
