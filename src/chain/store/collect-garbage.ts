import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { isCount, isFunction, isSignal, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";
import { Turns } from "../../util/waits.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import type { ChainStore } from "./chain-store.js";
import { changed } from "./changed.js";
import { CidSet } from "./cid-set.js";
import { clearSegments } from "./epoch-segments.js";
import { rangesWithin, withRange } from "./ranges.js";
import { markReachable, type WalkOptions } from "./reachable.js";
import { type GarbageRecord, readRecord, updateStore } from "./records.js";
import { USUAL_STATES } from "./usual-states.js";

/** Options of `collectGarbage`. */
export interface GarbageOptions {
  /** Epochs up to the head whose states stay, beside that of genesis. Default: 2000. */
  readonly states?: number;
  /** Ends it; the next call goes on. */
  readonly signal?: AbortSignal;
  /** Told now and then how far it has got. */
  readonly onProgress?: (progress: GarbageProgress) => void;
}

/** How far a collection has got. */
export type GarbageProgress =
  /** Looks for what stays: the epoch that it has come down to. */
  | { readonly stage: "mark"; readonly epoch: number; readonly head: number }
  /** Deletes the rest: blocks that it has looked at, of all that there were. */
  | { readonly stage: "sweep"; readonly done: number; readonly blocks: number };

/** Result of a collection. */
export interface GarbageResult {
  /** Blocks that stay. */
  readonly kept: number;
  /** Blocks that were deleted by this call. */
  readonly freed: number;
  /** Bytes of their data. The file does not become smaller, it uses the room again. */
  readonly freedBytes: number;
}

const CHECKS: Checks<GarbageOptions> = {
  states: optional(isCount),
  signal: optional(isSignal),
  onProgress: optional(isFunction),
};

/** Blocks that are looked at, and deleted, at once. */
const BATCH = 5000;
/** Folder of the marks, in the chain's. */
const MARKS = "marks";

/**
 * Deletes blocks that the main chain does not need: what stays is its headers, messages and receipts with their events,
 * the states of the last epochs and of genesis, and builtin actors. Other forks go, and an import that is not done
 * begins anew.
 *
 * It may be ended at any point, and goes on with the next call. If somebody stores blocks meanwhile, it stops, because
 * they are not marked.
 *
 * @throws FvmError CHAIN_EMPTY, CHAIN_CHANGED, INVALID_OPTION; the signal's reason; as `Chain.tipset`
 */
export async function collectGarbage(
  store: ChainStore,
  options: GarbageOptions = {},
): Promise<GarbageResult> {
  const checked = checkedOptionsOnly(options, CHECKS);
  const { states = USUAL_STATES, signal, onProgress = () => undefined } = checked;
  const head = await store.head();
  const { record, isNew } = await begin(store, head, states);
  const folder = join(store.folder, MARKS);
  if (isNew) rmSync(folder, { recursive: true, force: true });
  const marks = await CidSet.open(folder);
  try {
    const collection = new Collection(store, record, marks, signal, onProgress);
    if (!record.isMarked) await collection.mark(head);
    return await collection.sweep(head);
  } finally {
    await marks.close();
    if (readRecord(store.database, "garbage") === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The record of the collection that was not ended, if it fits, else a new one. */
async function begin(
  store: ChainStore,
  head: ChainTipset,
  states: number,
): Promise<{ record: GarbageRecord; isNew: boolean }> {
  const key = head.key.map(cidText);
  const earlier = readRecord(store.database, "garbage");
  if (earlier !== undefined && earlier.states === states && earlier.head.join() === key.join()) {
    return { record: earlier, isNew: false };
  }
  const record = { token: randomUUID(), head: key, states, isMarked: false };
  await updateStore(store.database, (records) => {
    const collections = (records.get("collections") ?? 0) + 1;
    return { records: { garbage: record, collections, import: undefined, walk: undefined } };
  });
  return { record, isNew: true };
}

class Collection {
  readonly #walk: WalkOptions;

  constructor(
    private readonly store: ChainStore,
    private record: GarbageRecord,
    private readonly marks: CidSet,
    private readonly signal: AbortSignal | undefined,
    private readonly onProgress: (progress: GarbageProgress) => void,
  ) {
    // A block that is not there need not be kept.
    this.#walk = { seen: marks, onMissing: () => undefined, signal };
  }

  /** Marks all that stays, the newest first. */
  async mark(head: ChainTipset): Promise<void> {
    const { chain, database } = this.store;
    for (const manifest of readRecord(database, "actors") ?? []) await this.#mark(parseCid(manifest));
    const oldestState = head.epoch - this.record.states;
    for (let at: ChainTipset | undefined = head; at !== undefined; at = await chain.parent(at)) {
      this.onProgress({ stage: "mark", epoch: at.epoch, head: head.epoch });
      for (const { messages } of at.headers) await this.#mark(messages);
      const { parentStateRoot, parentMessageReceipts, parents } = firstHeader(at);
      await this.#mark(parentMessageReceipts);
      if (at.epoch > oldestState || at.epoch === 0) await this.#mark(parentStateRoot);
      if (at.epoch === 0) for (const parent of parents) this.marks.add(parent);
      for (const cid of at.key) this.marks.add(cid);
      await this.marks.settle();
      const next = firstHeader(at).parents;
      if (at.epoch > 0 && !next.every((cid) => this.store.blockstore.has(cid))) break;
    }
    await this.marks.flush();
    await this.#go({ isMarked: true });
  }

  /** Deletes what is not marked. */
  async sweep(head: ChainTipset): Promise<GarbageResult> {
    const turns = new Turns(this.signal);
    const { blocks: all } = this.store.database.stat();
    let [kept, freed, freedBytes] = [0, 0, 0];
    for (;;) {
      await turns.next();
      const blocks = await this.#next();
      const last = blocks.at(-1);
      if (last === undefined) break;
      const garbage = blocks.filter(({ cid }) => !this.marks.has(cid));
      freedBytes += garbage.reduce((sum, { data }) => sum + data.length, 0);
      freed += garbage.length;
      kept += blocks.length - garbage.length;
      await this.#go(
        { swept: cidText(last.cid) },
        garbage.map(({ cid }) => cid),
      );
      this.onProgress({ stage: "sweep", done: kept + freed, blocks: all });
    }
    await this.#end(head);
    return { kept, freed, freedBytes };
  }

  /** Blocks that have not been looked at. */
  async #next(): Promise<Block[]> {
    const { swept } = this.record;
    const blocks = this.store.database.blocks(swept === undefined ? undefined : parseCid(swept));
    const taken: Block[] = [];
    for await (const block of blocks) {
      if (swept !== undefined && cidText(block.cid) === swept) continue;
      if (taken.push(block) === BATCH) break;
    }
    return taken;
  }

  async #mark(root: Cid): Promise<void> {
    await markReachable(this.store.blockstore, root, this.#walk);
  }

  /** Stores how far it has got and deletes blocks, unless somebody has stored some that it does not know of. */
  async #go(progress: Partial<GarbageRecord>, deleted: readonly Cid[] = []): Promise<void> {
    const { folder, database } = this.store;
    const garbage = { ...this.record, ...progress };
    await updateStore(database, (records) => {
      if (records.get("garbage")?.token !== garbage.token) throw changed(folder);
      return { deleted, records: { garbage } };
    });
    this.record = garbage;
  }

  /** States that are gone are no longer listed. */
  async #end(head: ChainTipset): Promise<void> {
    const { token, states } = this.record;
    const kept = { from: Math.max(0, head.epoch - states + 1), to: head.epoch };
    const { database } = this.store;
    const segments = readRecord(database, "head")?.segments ?? [];
    await clearSegments(database, segments, readRecord(database, "segments") ?? 0);
    await updateStore(database, (records) => {
      if (records.get("garbage")?.token !== token) throw changed(this.store.folder);
      const known = records.get("states") ?? [];
      const genesis = rangesWithin(known, { from: 0, to: 0 });
      return {
        records: { garbage: undefined, states: genesis.reduce(withRange, rangesWithin(known, kept)) },
      };
    });
  }
}
