import { setTimeout } from "node:timers/promises";
import type { EpochIndex } from "../chain/history/epoch-index.js";
import type { ChainStore } from "../chain/store/chain-store.js";
import type { EpochRange } from "../chain/store/ranges.js";
import { throwIfAborted } from "../util/abort.js";
import { isFlag, isFunction, isSignal, optional, within } from "../util/check.js";
import type { Checks } from "../util/options.js";
import { unlessAborted } from "../util/waits.js";
import { codeVersion } from "./code-version.js";
import { chunksFor, type EpochChunk, epochChunk } from "./epoch-chunks.js";
import { jobKey, type RangeJob, type RangeResult, type RangeWork, rangeOfKey } from "./job.js";
import type { JobEnd, JobQueue, QueuedJob, QueueMember } from "./job-queue.js";
import { memberName } from "./member.js";
import { RangeCutter, RangeSizes } from "./range-sizes.js";

/** Milliseconds between two looks at what has ended. */
const LOOK_EVERY = 200;
/** Milliseconds after which jobs are added again that have not ended: one that the queue has lost is there again then. */
const ADD_EVERY = 5000;
/** Jobs in the queue for each slot of a worker, so that none waits for us. */
const JOBS_PER_SLOT = 3;
/** Jobs in the queue, at least. */
const LEAST_JOBS = 4;
const USUAL_RANGE_MS = 30_000;

/** How far work on a queue has got. */
export interface QueueProgress {
  /** Epochs whose work has ended, in whatever order. */
  readonly epochs: number;
  /** Epochs in all. */
  readonly total: number;
  /** Workers that are there, with this version of the code. */
  readonly workers: number;
  /** Jobs that they do at the same time. */
  readonly slots: number;
  /** Workers that are there with another version of the code, which get nothing to do. */
  readonly refused: readonly QueueMember[];
}

/** A range whose work has ended. */
export interface RangeEnd {
  readonly range: EpochRange;
  readonly end: { readonly kind: "done"; readonly value: RangeResult } | Extract<JobEnd, { kind: "failed" }>;
  /** The result was in the queue already when the work began. */
  readonly isKnown: boolean;
}

/** Options of work on a queue. */
export interface SpreadOptions {
  /** Milliseconds that a range is to take: it is as long as that, by what others took. Default 30,000. */
  readonly rangeMs?: number;
  /** Whether a range may begin at any epoch, because workers' stores have all states. Default: where the folder has one. */
  readonly hasStates?: boolean;
  /** Whether workers put what execution makes into the last of their stores. Default: it goes nowhere. */
  readonly keepBlocks?: boolean;
  /** Also what an earlier call has left in the queue. */
  readonly again?: boolean;
  /** Ends the work. The queue keeps what it has, and the next call goes on there. */
  readonly signal?: AbortSignal;
  /** Called now and then. */
  readonly onProgress?: (progress: QueueProgress) => void;
  /** Called when a range has ended, in whatever order. */
  readonly onRange?: (range: RangeEnd) => void;
}

const DAY = 86_400_000;

export const SPREAD_CHECKS: Checks<SpreadOptions> = {
  rangeMs: optional(within(1, DAY, "milliseconds")),
  hasStates: optional(isFlag),
  keepBlocks: optional(isFlag),
  again: optional(isFlag),
  signal: optional(isSignal),
  onProgress: optional(isFunction),
  onRange: optional(isFunction),
};

/**
 * Has ranges of a chain done by a queue's workers. Yields their ends in the order of their epochs. Who stops early takes
 * what waits out of the queue; who aborts the signal leaves it there.
 */
export async function* spread(
  queue: JobQueue,
  store: ChainStore,
  whole: EpochRange,
  workOf: (range: EpochRange) => RangeWork,
  options: SpreadOptions,
): AsyncGenerator<RangeEnd, undefined> {
  const work = new Spread(queue, store, whole, workOf, options);
  await work.begin();
  let isAborted = false;
  try {
    while (!work.isOver) {
      await work.look();
      yield* work.inOrder();
      if (!work.isOver) await setTimeout(LOOK_EVERY, undefined, { signal: options.signal });
    }
  } catch (error) {
    isAborted = options.signal?.aborted === true;
    throwIfAborted(options.signal);
    throw error;
  } finally {
    if (!isAborted) await work.forget();
  }
}

interface Open {
  readonly range: EpochRange;
  readonly job: QueuedJob;
  readonly chunks: readonly EpochChunk[];
  readonly isKnown: boolean;
}

class Spread {
  readonly #open = new Map<string, Open>();
  readonly #ends = new Map<number, RangeEnd>();
  readonly #sizes: RangeSizes;
  readonly #name = memberName();
  #cutter: RangeCutter;
  #known: ReadonlySet<string> = new Set();
  #next: number;
  #epochs = 0;
  #members: readonly QueueMember[] = [];
  #addedAt = Number.NEGATIVE_INFINITY;
  readonly #chunks = new Map<number, Promise<EpochChunk>>();

  constructor(
    private readonly queue: JobQueue,
    private readonly store: ChainStore,
    private readonly whole: EpochRange,
    private readonly workOf: (range: EpochRange) => RangeWork,
    private readonly options: SpreadOptions,
  ) {
    this.#sizes = new RangeSizes(options.rangeMs ?? USUAL_RANGE_MS);
    this.#cutter = this.#cutterAround([]);
    this.#next = whole.from;
  }

  get isOver(): boolean {
    return this.#next > this.whole.to;
  }

  /** Takes up what earlier work has left in the queue; what has failed or found blocks missing is done again. */
  async begin(): Promise<void> {
    const found: EpochRange[] = [];
    const known = new Set<string>();
    for (const key of await this.#wait(this.queue.keys())) {
      const range = rangeOfKey(key);
      if (range === undefined || range.from < this.whole.from || range.to > this.whole.to) continue;
      const { job } = await this.#jobFor(range);
      if (job.key !== key) continue;
      known.add(key);
      found.push(range);
    }
    const ended = await this.#wait(this.queue.ended([...known]));
    const { again = false } = this.options;
    const dropped = [...ended].filter(([, end]) => again || isToBeTriedAgain(end)).map(([key]) => key);
    await this.#wait(this.queue.forget(dropped));
    for (const key of dropped) known.delete(key);
    const cut: EpochRange[] = [];
    for (const range of found.sort((a, b) => a.from - b.from || b.to - a.to)) {
      if (range.from > (cut.at(-1)?.to ?? -1)) cut.push(range);
    }
    this.#known = new Set([...known].filter((key) => ended.has(key)));
    this.#cutter = this.#cutterAround(cut);
  }

  /** Adds jobs as long as workers may need them, and looks for those that have ended. */
  async look(): Promise<void> {
    if (performance.now() - this.#addedAt > ADD_EVERY) {
      this.#addedAt = performance.now();
      const own = { name: this.#name, role: "coordinator", code: codeVersion(), slots: 0 } as const;
      await this.#wait(this.queue.announce(own));
      this.#members = await this.#wait(this.queue.members());
      await this.#add([...this.#open.values()]);
    }
    await this.#add(await this.#more());
    const ended = await this.#wait(this.queue.ended([...this.#open.keys()]));
    for (const [key, end] of ended) this.#end(key, end as RangeEnd["end"]);
    this.#tell();
  }

  /** Ends that come next in the order of epochs. */
  *inOrder(): Generator<RangeEnd> {
    for (let end = this.#ends.get(this.#next); end !== undefined; end = this.#ends.get(this.#next)) {
      this.#ends.delete(this.#next);
      this.#next = end.range.to + 1;
      yield end;
    }
  }

  /** Nobody needs what has not been done. */
  async forget(): Promise<void> {
    await this.#wait(this.queue.forget([...this.#open.keys()]));
  }

  #cutterAround(cut: EpochRange[]): RangeCutter {
    const { hasStates = false } = this.options;
    return new RangeCutter(this.whole, cut, hasStates ? [this.whole] : this.store.states);
  }

  #ownWorkers(): readonly QueueMember[] {
    return this.#members.filter(({ role, code }) => role === "worker" && code === codeVersion());
  }

  #slots(): number {
    return this.#ownWorkers().reduce((sum, { slots }) => sum + slots, 0);
  }

  async #more(): Promise<Open[]> {
    const slots = this.#slots();
    const most = Math.max(LEAST_JOBS, JOBS_PER_SLOT * slots);
    const more: Open[] = [];
    while (this.#open.size < most) {
      const range = this.#cutter.next(this.#sizes.next(this.#cutter.left, slots));
      if (range === undefined) break;
      const open = await this.#jobFor(range);
      this.#open.set(open.job.key, open);
      more.push(open);
    }
    return more;
  }

  /** Adds jobs with the parts of the index that they look into, unless the queue has them. */
  async #add(open: readonly Open[]): Promise<void> {
    const chunks = new Map(open.flatMap((each) => each.chunks.map(({ name, data }) => [name, data])));
    for (const [name, data] of chunks) await this.#wait(this.queue.share(name, data));
    if (open.length > 0) await this.#wait(this.queue.add(open.map(({ job }) => job)));
  }

  async #jobFor(range: EpochRange): Promise<Open> {
    const head = await this.#headOf(range);
    const chunks = await Promise.all(
      chunksFor({ from: range.from, to: Math.max(head, range.to) }).map((number) => this.#chunk(number)),
    );
    const { keepBlocks = false } = this.options;
    const data: RangeJob = {
      code: codeVersion(),
      network: this.store.networkSource,
      range,
      head,
      index: chunks.map(({ name }) => name),
      work: this.workOf(range),
      blocks: keepBlocks ? "last" : "nowhere",
    };
    const key = jobKey(data);
    const title = `epochs ${range.from} to ${range.to}`;
    return { range, job: { key, title, data }, chunks, isKnown: this.#known.has(key) };
  }

  /** Epoch of the tipset on top of a range; if there is none, of its last one. */
  async #headOf({ from, to }: EpochRange): Promise<number> {
    const { epoch } = await this.store.head();
    for await (const next of this.store.keys({ from: to + 1, to: epoch })) return next.epoch;
    let last = epoch;
    for await (const each of this.store.keys({ from, to })) last = each.epoch;
    return last;
  }

  #chunk(number: number): Promise<EpochChunk> {
    const known = this.#chunks.get(number);
    if (known !== undefined) return known;
    const index: Required<EpochIndex> = this.store;
    const made = epochChunk(index, number);
    this.#chunks.set(number, made);
    return made;
  }

  #end(key: string, end: RangeEnd["end"]): void {
    const { range, isKnown } = this.#open.get(key) as Open;
    this.#open.delete(key);
    const epochs = range.to - range.from + 1;
    if (end.kind === "done") this.#sizes.measured(epochs, end.value.ms);
    this.#epochs += epochs;
    const ended = { range, end, isKnown };
    this.#ends.set(range.from, ended);
    this.options.onRange?.(ended);
  }

  #tell(): void {
    const workers = this.#ownWorkers();
    this.options.onProgress?.({
      epochs: this.#epochs,
      total: this.whole.to - this.whole.from + 1,
      workers: workers.length,
      slots: this.#slots(),
      refused: this.#members.filter(({ role, code }) => role === "worker" && code !== codeVersion()),
    });
  }

  #wait<T>(pending: Promise<T>): Promise<T> {
    return unlessAborted(pending, this.options.signal);
  }
}

/** A failure may be mended by now, and a missing block may be there. */
function isToBeTriedAgain(end: JobEnd): boolean {
  return end.kind === "failed" || (end.value as RangeResult).outcome.kind === "missing";
}
