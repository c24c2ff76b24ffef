import { randomBytes } from "node:crypto";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { FINALITY, SAFE_DISTANCE } from "../../../chain/networks/finality.js";
import type { Cid } from "../../../encoding/cid.js";
import { Turns } from "../../../util/waits.js";
import { failed, RpcError, rpcCode } from "../../rpc/errors.js";
import type { EthView } from "../eth-view.js";
import { blockHash } from "../hashes.js";
import type { EthHash } from "../json.js";
import type { EthLog } from "../logs.js";
import { transactionHash } from "../transaction.js";
import { findLogs, type LogSearch, MOST_LOGS, NOT_YET, tipsetOfLogs } from "./find-logs.js";
import { type HeadStep, headSteps, lastingSteps } from "./head-steps.js";
import { Journal } from "./journal.js";
import { liveLogs } from "./live-logs.js";
import { LogBlooms } from "./log-blooms.js";
import { checkRoom, criteriaOf, LogMatcher, type LogQuery, type LogRange, rangeOf } from "./log-filter.js";

/** Options of `Filters`. */
export interface FilterOptions {
  /** Whether filters are Lotus's to the letter. */
  readonly lotus: boolean;
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number;
}

/** Steps of the head, and pending transactions, that filters can still be told of. */
const STEPS_KEPT = 20_000;
const PENDING_KEPT = 30_000;
/** Filters of a node. Source: Lotus node/config, `MaxFilters`; ours need no memory but their own. */
const MOST_FILTERS = { lotus: 100, ours: 10_000 };
/** Milliseconds after which a filter that nobody polls goes. Source: Lotus node/config, `FilterTTL`. */
const LIFETIME = 60 * 60 * 1000;

interface FilterState {
  /** When it was last polled. */
  polled: number;
  /** Number of the next entry of the journal that it has not told of. */
  next: number;
  /** The last poll that was begun: one at a time. */
  last: Promise<unknown>;
}

interface LogFilter extends FilterState {
  readonly kind: "logs";
  readonly range: LogRange;
  readonly matcher: LogMatcher;
  /** Key of the head at which the filter was made, until the first poll: logs before it are to be told, too. */
  pastOf: readonly Cid[] | undefined;
}

type Filter = LogFilter | (FilterState & { readonly kind: "blocks" | "pending" });

/**
 * Stored filters, each told of what has happened since it was last asked. A filter holds no results: they are found when
 * it is asked, in a journal that all share, so thousands of them cost no memory. Source: Lotus chain/events/filter.
 */
export class Filters {
  /** In the order of their last polls. */
  readonly #filters = new Map<EthHash, Filter>();
  /** Addresses and topics of all of them: adding them up anew would make each filter dearer than the one before. */
  #criteria = 0;
  readonly #steps = new Journal<HeadStep>(STEPS_KEPT);
  readonly #pending = new Journal<EthHash>(PENDING_KEPT);
  readonly #blooms: LogBlooms;
  readonly #now: () => number;
  readonly #forget: readonly (() => void)[];

  constructor(
    private readonly view: EthView,
    private readonly options: FilterOptions,
  ) {
    this.#now = options.now ?? Date.now;
    this.#blooms = new LogBlooms(view);
    const stepsOf = options.lotus ? headSteps : lastingSteps;
    this.#forget = [
      view.chain.onChange((change) => {
        for (const step of stepsOf(change)) this.#steps.add(step);
      }),
      view.pool.onAdd(({ cid, signed }) => {
        const added = { cid, message: signed.message, signed };
        this.#pending.add(transactionHash(added, view.chain.network.chainId));
      }),
    ];
  }

  /** Number of filters. */
  get size(): number {
    return this.#filters.size;
  }

  /** Stops following the chain. */
  close(): void {
    for (const forget of this.#forget) forget();
    this.#filters.clear();
    this.#criteria = 0;
  }

  /** A filter of logs. Those from its first block on are told at the first poll. Throws `RpcError`; as `findLogs`. */
  async newLogFilter(query: LogQuery, options: ChainReadOptions): Promise<EthHash> {
    const { head } = this.view.chain;
    const range = this.#rangeOf(query, head);
    const matcher = new LogMatcher(query);
    this.#expire();
    checkRoom(matcher, this.#criteria);
    const isPast = range.kind === "block" || range.from < head.epoch;
    const filter: LogFilter = {
      ...this.#begin(this.#steps.next),
      kind: "logs",
      range,
      matcher,
      pastOf: isPast ? head.key : undefined,
    };
    // A wrong query is refused at once, not at the first poll.
    if (isPast) {
      const words = "failed to install event filter: get events for filter";
      await saying(words, () => this.#pastLogs(filter, head, options));
    }
    return this.#add(filter);
  }

  newBlockFilter(): EthHash {
    return this.#add({ ...this.#begin(this.#steps.next), kind: "blocks" });
  }

  newPendingFilter(): EthHash {
    return this.#add({ ...this.#begin(this.#pending.next), kind: "pending" });
  }

  /** Whether there was such a filter. */
  uninstall(id: EthHash): boolean {
    this.#expire();
    return this.#remove(id);
  }

  /** News since the last poll. A failure is told at the next one. Throws `RpcError`; as `findLogs`. */
  async changes(id: EthHash, options: ChainReadOptions): Promise<readonly (EthHash | EthLog)[]> {
    const filter = this.#get(id);
    return this.#inTurn(filter, () => this.#changesOf(filter, options));
  }

  /** As `changes`, of a filter of logs. Throws `RpcError` also if it is another one. */
  async logs(id: EthHash, options: ChainReadOptions): Promise<readonly EthLog[]> {
    const filter = this.#get(id);
    if (filter.kind !== "logs") throw failed("wrong filter type");
    if (this.options.lotus) return this.#inTurn(filter, () => this.#logChanges(filter, options));
    const { head } = this.view.chain;
    return findLogs(this.#search(filter, head), options);
  }

  /** Logs of a query, as far as they are known. Throws `RpcError`; as `findLogs`. */
  async find(query: LogQuery, options: ChainReadOptions): Promise<readonly EthLog[]> {
    const { head } = this.view.chain;
    return saying("failed to get events for filter", async () => {
      const asked = await saying("failed to parse eth filter spec", async () => ({
        range: this.#rangeOf(query, head),
        matcher: new LogMatcher(query),
      }));
      if (this.options.lotus) checkKnown(asked.range, head);
      return findLogs(this.#search(asked, head), options);
    });
  }

  async #changesOf(filter: Filter, options: ChainReadOptions): Promise<readonly (EthHash | EthLog)[]> {
    if (filter.kind === "logs") return this.#logChanges(filter, options);
    const { lotus } = this.options;
    if (filter.kind === "pending") {
      const hashes = this.#pending.since(filter.next);
      filter.next = this.#pending.next;
      return hashes.slice(-MOST_LOGS);
    }
    const steps = this.#steps.since(filter.next).filter(({ isRevert }) => !isRevert);
    filter.next = this.#steps.next;
    // Lotus tells of heads; clients ask for blocks that are there.
    return steps.slice(-MOST_LOGS).map(({ head, base }) => blockHash(lotus ? head : base));
  }

  async #logChanges(filter: LogFilter, options: ChainReadOptions): Promise<EthLog[]> {
    const { chain } = this.view;
    const next = this.#steps.next;
    const steps = this.#steps.since(filter.next);
    const turns = new Turns(options.signal);
    const found: EthLog[] = [];
    if (filter.pastOf !== undefined) {
      const head = await chain.chain.tipset(filter.pastOf, options);
      found.push(...(await this.#pastLogs(filter, head, options)));
    }
    for (const { isRevert, base } of steps) {
      await turns.next();
      const tipset = await chain.chain.tipset(base, options);
      if (!isInRange(tipset, filter.range)) continue;
      const rule = { removed: isRevert, places: this.options.lotus ? "matching" : "tipset" } as const;
      found.push(...liveLogs(await this.view.tipset(tipset, options), filter.matcher, rule));
      if (found.length > 2 * MOST_LOGS) found.splice(0, found.length - MOST_LOGS);
    }
    filter.next = next;
    filter.pastOf = undefined;
    return found.slice(-MOST_LOGS);
  }

  /** Logs of the tipsets below the head at which the filter was made. */
  async #pastLogs(filter: LogFilter, head: ChainTipset, options: ChainReadOptions): Promise<EthLog[]> {
    const search = this.#search(filter, head);
    const { range } = filter;
    if (range.kind === "block") {
      const tipset = await tipsetOfLogs(search, range.hash, options);
      if (tipset.epoch >= head.epoch) return [];
    }
    return findLogs(search, options);
  }

  #search({ range, matcher }: Pick<LogFilter, "range" | "matcher">, head: ChainTipset): LogSearch {
    const { view } = this;
    return { view, blooms: this.#blooms, head, range, matcher, rule: this.options.lotus ? "index" : "any" };
  }

  #rangeOf(query: LogQuery, { epoch }: ChainTipset): LogRange {
    const latest = epoch - 1;
    return rangeOf(query, latest, (text) => (this.options.lotus ? undefined : TAGS[text]?.(latest)));
  }

  #begin(next: number): FilterState {
    return { polled: this.#now(), next, last: Promise.resolve() };
  }

  #add(filter: Filter): EthHash {
    this.#expire();
    const most = this.options.lotus ? MOST_FILTERS.lotus : MOST_FILTERS.ours;
    if (this.#filters.size >= most) throw failed("maximum number of filters registered");
    const id = newId();
    this.#filters.set(id, filter);
    this.#criteria += criteriaOf(filter);
    return id;
  }

  #remove(id: EthHash): boolean {
    const filter = this.#filters.get(id);
    if (filter === undefined) return false;
    this.#criteria -= criteriaOf(filter);
    return this.#filters.delete(id);
  }

  #get(id: EthHash): Filter {
    this.#expire();
    const filter = this.#filters.get(id);
    if (filter === undefined) throw failed("filter not found");
    filter.polled = this.#now();
    // To the end of those that are polled.
    this.#filters.delete(id);
    this.#filters.set(id, filter);
    return filter;
  }

  #expire(): void {
    const least = this.#now() - LIFETIME;
    for (const [id, { polled }] of this.#filters) {
      if (polled >= least) return;
      this.#remove(id);
    }
  }

  async #inTurn<T>(filter: Filter, work: () => Promise<T>): Promise<T> {
    const done = filter.last.then(work);
    filter.last = done.catch(() => undefined);
    return done;
  }
}

/** Epochs of tags that Lotus's filters do not know, by that of the latest block. */
const TAGS: Readonly<Record<string, (latest: number) => number>> = {
  pending: (latest) => latest,
  safe: (latest) => Math.max(0, latest + 1 - SAFE_DISTANCE),
  finalized: (latest) => Math.max(0, latest + 1 - FINALITY),
};

/**
 * An ID of a filter or a subscription: 16 random bytes, and 16 of zeros, as Lotus's are. Ethereum's schema has a quantity
 * there, which does not begin with a zero.
 */
export function newId(): EthHash {
  const id = randomBytes(16);
  (id as Uint8Array)[0] = 0x10 | (id[0] as number);
  return `0x${id.toString("hex")}${"00".repeat(16)}`;
}

/** Throws `RpcError` if the results of a range are not all known. */
function checkKnown(range: LogRange, { epoch }: ChainTipset): void {
  if (range.kind === "epochs" && Math.max(range.from, range.to ?? 0) >= epoch) throw failed(NOT_YET);
}

function isInRange({ epoch, key }: ChainTipset, range: LogRange): boolean {
  if (range.kind === "block") return blockHash(key) === range.hash;
  return range.from <= epoch && epoch <= (range.to ?? epoch);
}

/** Adds words to an error without a code of its own. */
async function saying<T>(words: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== rpcCode.failed) throw error;
    throw failed(`${words}: ${error.message}`, { cause: error });
  }
}
