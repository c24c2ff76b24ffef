import type { Blockstore } from "../../blockstore/blocks.js";
import { optional, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";
import type { EpochPlan, EpochPrefetch, ExpectedTipset, Prefetch } from "../execution/prefetch.js";
import { EpochAhead } from "./epoch-ahead.js";
import { SlowStore } from "./slow-store.js";

/** Options of `Prefetcher`: bounds of what is fetched ahead. */
export interface PrefetcherOptions {
  /** Blocks that are fetched ahead at the same time. Default 64. */
  readonly concurrency?: number;
  /** Blocks that may be fetched ahead in an epoch. Default 16,384. */
  readonly maxBlocks?: number;
  /** Bytes of these blocks. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Messages that are executed ahead at the same time. They take some MB of memory each. Default 64. */
  readonly scouts?: number;
}

type Bounds = Required<PrefetcherOptions>;

const DEFAULTS: Bounds = { concurrency: 64, maxBlocks: 16_384, maxBytes: 64 << 20, scouts: 64 };
const LARGEST: Bounds = { concurrency: 4_096, maxBlocks: 1 << 24, maxBytes: 2 ** 36, scouts: 1_024 };

const CHECKS: Checks<PrefetcherOptions> = {
  concurrency: optional(within(1, LARGEST.concurrency)),
  maxBlocks: optional(within(1, LARGEST.maxBlocks)),
  maxBytes: optional(within(1, LARGEST.maxBytes)),
  scouts: optional(within(1, LARGEST.scouts)),
};

/**
 * Fetches ahead from a blockstore with latency, such as a gateway or a slow disk, what the tipsets of a `ChainNode`
 * will need: `{ ...node, prefetch: new Prefetcher() }`. Several nodes and tipsets may share one. Results are the same
 * with it and without, whatever it fetches. With a store that answers at once nothing is fetched ahead.
 *
 * From the first wait of an epoch on, it reads at the same time
 *
 * - what the last two epochs have waited for or stored,
 * - the ways to the actors that messages name, to the blocks' miners and to the actors that every epoch runs, and the
 *   first levels of their states,
 * - the neighbours of a block that is read after another one from the same block,
 * - what messages of this tipset and the next ones read when they are executed before it is their turn, on machines
 *   that are thrown away,
 * - what miners read whom the power actor will call at the end of this epoch and the next ones.
 */
export class Prefetcher implements Prefetch {
  readonly #stores = new WeakMap<Blockstore, SlowStore>();
  readonly #bounds: Bounds;

  /** Throws `FvmError` INVALID_OPTION. */
  constructor(options: PrefetcherOptions = {}) {
    this.#bounds = { ...DEFAULTS, ...checkedOptionsOnly(options, CHECKS) };
  }

  /** Called by `executeTipset`. */
  begin(plan: EpochPlan): EpochPrefetch {
    return new EpochAhead(plan, this.#slow(plan.machine.blockstore));
  }

  /** Called by `validateChain`. */
  expect(tipset: ExpectedTipset, signal: AbortSignal): void {
    this.#slow(tipset.blockstore).outlook.expect(tipset, signal);
  }

  /** How often machines had to wait for blocks of a store so far. */
  waits(store: Blockstore): number {
    return this.#stores.get(store)?.waits ?? 0;
  }

  #slow(store: Blockstore): SlowStore {
    const known = this.#stores.get(store);
    if (known !== undefined) return known;
    const slow = new SlowStore(store, this.#bounds, this.#bounds.scouts);
    this.#stores.set(store, slow);
    return slow;
  }
}
