import type { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import { BLAKE2B_CID_BYTES, type Cid } from "../../encoding/cid.js";
import { latin1, latin1Bytes } from "../../util/bytes.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { IndexedTipset } from "../history/epoch-index.js";
import type { EpochRange } from "./ranges.js";
import type { Segment } from "./records.js";

/** Where a segment's tipset is: a named value. */
export function tipsetEntry(segment: number, { epoch, key }: ChainTipset): readonly [string, Uint8Array] {
  return [entryName(segment, epoch), latin1Bytes(key.join(""))];
}

/** The tipset's key that a segment has for an epoch. */
export function tipsetKeyOf(
  { meta }: LmdbBlockstore,
  segment: number,
  epoch: number,
): readonly Cid[] | undefined {
  const cids = meta.get(entryName(segment, epoch));
  return cids && keyOf(cids);
}

/** The segment that an epoch lies in. */
export function segmentAt(segments: readonly Segment[], epoch: number): Segment | undefined {
  return segments.find(({ from, to }) => from <= epoch && epoch <= to);
}

/**
 * Segments of a chain whose newest part is another one: what lies beneath it stays.
 *
 * @param segments ascending
 * @param newest empty if the chain ends before it
 */
export function withSegment(segments: readonly Segment[], newest: Segment): Segment[] {
  const beneath = segments.map((segment) => ({ ...segment, to: Math.min(segment.to, newest.from - 1) }));
  return [...beneath, newest].filter(({ from, to }) => from <= to);
}

/** Keys of tipsets between two epochs, both included, ascending. */
export async function* tipsetKeys(
  { meta }: LmdbBlockstore,
  segments: readonly Segment[],
  range: EpochRange,
): AsyncGenerator<IndexedTipset> {
  for (const { id, from, to } of segments) {
    const first = Math.max(from, range.from);
    const last = Math.min(to, range.to);
    if (first > last) continue;
    const entries = meta.entries({ from: entryName(id, first), to: entryName(id, last + 1) });
    for await (const [name, value] of entries) yield { epoch: epochOf(name), key: keyOf(value) };
  }
}

/** Deletes the entries of segments that are no part of the main chain any more. @param last the highest number */
export async function clearSegments(
  store: LmdbBlockstore,
  segments: readonly Segment[],
  last: number,
): Promise<void> {
  const kept = new Set(segments.map(({ id }) => id));
  for (let id = 1; id <= last; id++) if (!kept.has(id)) await clearSegment(store, id);
}

async function clearSegment(store: LmdbBlockstore, id: number): Promise<void> {
  for (;;) {
    const names: string[] = [];
    for await (const [name] of store.meta.entries({ from: entryName(id, 0), to: entryName(id + 1, 0) })) {
      if (names.push(name) >= BATCH) break;
    }
    if (names.length === 0) return;
    await store.write({ meta: Object.fromEntries(names.map((name) => [name, undefined])) });
  }
}

const BATCH = 5000;
const SEGMENT_DIGITS = 8;
const EPOCH_DIGITS = 12;

/** The last epoch that an index has a place for. */
export const LAST_EPOCH = 10 ** EPOCH_DIGITS - 2;

/** In the order of segments and epochs. */
function entryName(segment: number, epoch: number): string {
  const digits = (value: number, length: number) => String(value).padStart(length, "0");
  return `epochs/${digits(segment, SEGMENT_DIGITS)}/${digits(epoch, EPOCH_DIGITS)}`;
}

function epochOf(name: string): number {
  return Number(name.slice(-EPOCH_DIGITS));
}

function keyOf(cids: Uint8Array): Cid[] {
  const count = cids.length / BLAKE2B_CID_BYTES;
  return Array.from(
    { length: count },
    (_, i) => latin1(cids, i * BLAKE2B_CID_BYTES, (i + 1) * BLAKE2B_CID_BYTES) as Cid,
  );
}
