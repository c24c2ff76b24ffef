import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import { Turns } from "../../util/waits.js";
import { type ChainTipset, chainTipset, firstHeader, isSameTipset } from "../history/chain-tipset.js";
import { decodeHeader } from "../types/header.js";
import type { ChainStore } from "./chain-store.js";
import { changed } from "./changed.js";
import { tipsetEntry } from "./epoch-segments.js";
import { readRecord, updateStore, type WalkRecord } from "./records.js";

/** Headers behind a head, now in the index. */
export interface IndexedHeaders {
  readonly head: ChainTipset;
  /** Number of the segment that they are in. */
  readonly segment: number;
  /** The oldest of them; undefined if all were there. */
  readonly oldest: ChainTipset | undefined;
  /** Epoch of the newest tipset that the folder's chain has, too; undefined if there is none. */
  readonly meets: number | undefined;
}

/** Options of `indexHeaders`. */
export interface IndexOptions {
  readonly signal: AbortSignal | undefined;
  /** Called with the epoch that it has come down to. */
  onEpoch(epoch: number): void;
}

/** Tipsets that are stored at once. */
const BATCH = 2000;

/**
 * The head of a snapshot.
 *
 * @throws FvmError INVALID_SNAPSHOT
 */
export function headOf(store: ChainStore, key: readonly Cid[]): ChainTipset {
  try {
    return chainTipset(
      key.map((cid) => {
        const data = store.blockstore.get(cid);
        if (data === undefined) throw invalid(`header ${cidText(cid)} of its head is not in it`);
        return decodeHeader(data);
      }),
    );
  } catch (error) {
    if (!(error instanceof FvmError) || isFvmError(error, "INVALID_SNAPSHOT")) throw error;
    throw new FvmError(
      "INVALID_SNAPSHOT",
      { reason: `its head is no tipset: ${error.message}` },
      { cause: error },
    );
  }
}

/**
 * Puts the tipsets from a head down into the index, to where the folder's chain has them or there are no more headers.
 * It goes on where the last call for the same head has ended.
 *
 * @throws FvmError INVALID_SNAPSHOT
 */
export async function indexHeaders(
  store: ChainStore,
  head: ChainTipset,
  { signal, onEpoch }: IndexOptions,
): Promise<IndexedHeaders> {
  let walk = await beginWalk(store, head);
  let saved = walk;
  const hasGenesis = store.genesis !== undefined;
  const turns = new Turns(signal);
  let oldest: ChainTipset | undefined;
  let batch: ChainTipset[] = [];
  const save = async (): Promise<void> => {
    await updateStore(store.database, (records) => {
      // Somebody else has imported, or collected garbage: the segment may be gone.
      if (JSON.stringify(records.get("walk")) !== JSON.stringify(saved)) throw changed(store.folder);
      const meta = Object.fromEntries(batch.map((tipset) => tipsetEntry(walk.segment, tipset)));
      return { meta, records: { walk } };
    });
    saved = walk;
    batch = [];
  };
  let tipset: ChainTipset | undefined = await store.chain.tipset(walk.next.map(parseCid));
  for (; tipset !== undefined; tipset = await parentOf(store, tipset)) {
    // A tipset is walked again rather than left out: what is next is the last one that is stored.
    walk = { ...walk, next: tipset.key.map(cidText) };
    if (walk.meets === undefined && isOnChain(store, tipset)) walk = { ...walk, meets: tipset.epoch };
    // A chain that goes back to genesis has all that follows.
    if (walk.meets !== undefined && hasGenesis) break;
    oldest = tipset;
    if (batch.push(tipset) >= BATCH) {
      onEpoch(tipset.epoch);
      await save();
    }
    await turns.next();
  }
  await save();
  return { head, segment: walk.segment, oldest, meets: walk.meets };
}

async function beginWalk(store: ChainStore, head: ChainTipset): Promise<WalkRecord> {
  const key = head.key.map(cidText);
  const earlier = readRecord(store.database, "walk");
  if (earlier !== undefined && earlier.head.join() === key.join()) return earlier;
  const { records } = await updateStore(store.database, (before) => {
    const segments = (before.get("segments") ?? 0) + 1;
    return { records: { segments, walk: { segment: segments, head: key, next: key } } };
  });
  return records.walk;
}

/** The tipset before; undefined before genesis, and where the headers end. */
export async function parentOf(store: ChainStore, tipset: ChainTipset): Promise<ChainTipset | undefined> {
  const { parents, height } = firstHeader(tipset);
  if (height === 0) {
    if (tipset.headers.length === 1) return undefined;
    throw invalid(`epoch 0 has ${tipset.headers.length} headers`);
  }
  const there = parents.filter((cid) => store.blockstore.has(cid));
  if (there.length === 0) return undefined;
  const missing = parents.find((cid) => !store.blockstore.has(cid));
  if (missing !== undefined) {
    throw invalid(`of the tipset before epoch ${tipset.epoch} header ${cidText(missing)} is not in it`);
  }
  try {
    return await store.chain.parent(tipset);
  } catch (error) {
    if (!(error instanceof FvmError)) throw error;
    const reason = `the headers below epoch ${tipset.epoch} do not link: ${error.message}`;
    throw new FvmError("INVALID_SNAPSHOT", { reason }, { cause: error });
  }
}

function isOnChain(store: ChainStore, { epoch, key }: ChainTipset): boolean {
  const known = store.keyAt(epoch);
  return known !== undefined && isSameTipset(known, key);
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_SNAPSHOT", { reason });
}
