import type { Cid } from "#src/encoding/cid.js";
import { DAG_CBOR, SHA2_256 } from "#src/encoding/codecs.js";
import type { BlockAccess } from "#src/ipld/block-access.js";
import { HAMT_BIT_WIDTH } from "#src/ipld/hamt.js";
import { BUCKET_SIZE, type Entry, encodeNode, HamtNode, type Pointer } from "#src/ipld/hamt-node.js";
import { native } from "#src/native/index.js";
import { latin1Bytes } from "#src/util/bytes.js";

/** Entries of a map by number. Strings are latin1. */
export interface BulkEntries {
  readonly count: number;
  key(index: number): string;
  /** The value as CBOR. */
  encoded(index: number): string;
}

/** Bits of a hash that are kept for sorting; with more entries in a bucket's place it could be too few. */
const HASH_BITS = 40;
const INDEX_BITS = 24;
const LEVELS = HASH_BITS / HAMT_BIT_WIDTH;
const WIDTH = 1 << HAMT_BIT_WIDTH;

/**
 * The root of the HAMT of all entries, whose keys must differ, built from the leaves up: entries are sorted
 * by the hash of the key, which is the order of the leaves. Inserting 10^7 one by one would take an hour.
 */
export function bulkHamt(entries: BulkEntries, put: BlockAccess["put"]): Cid {
  const { count } = entries;
  if (count >= 2 ** INDEX_BITS) throw new Error(`too many entries: ${count}`);
  const order = sortedByHash(entries);
  const words = new Uint32Array(order.buffer);
  /** First bits of the hash of the entry at a place in the order; then its index. */
  const hashAt = (place: number) =>
    (words[2 * place + 1] ?? 0) * 2 ** (HASH_BITS - 32) + ((words[2 * place] ?? 0) >>> INDEX_BITS);
  const indexAt = (place: number) => (words[2 * place] ?? 0) & (2 ** INDEX_BITS - 1);
  const slotAt = (place: number, depth: number) =>
    Math.floor(hashAt(place) / 2 ** (HASH_BITS - HAMT_BIT_WIDTH * (depth + 1))) % WIDTH;

  function writeNode(start: number, end: number, depth: number): Cid {
    if (depth === LEVELS) throw new Error("more equal hashes than there are bits for");
    const slots = new Array<Pointer<never> | undefined>(WIDTH).fill(undefined);
    for (let from = start; from < end; ) {
      const slot = slotAt(from, depth);
      let to = from + 1;
      while (to < end && slotAt(to, depth) === slot) to++;
      slots[slot] = to - from <= BUCKET_SIZE ? bucket(from, to) : writeNode(from, to, depth + 1);
      from = to;
    }
    return put(DAG_CBOR, encodeNode(new HamtNode(slots)));
  }

  function bucket(from: number, to: number): Entry<never>[] {
    const places = Array.from({ length: to - from }, (_, i) => indexAt(from + i));
    return places
      .map((index) => ({ key: entries.key(index), encoded: entries.encoded(index), value: undefined }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  return writeNode(0, count, 0);
}

/** Per entry 40 bits of the hash above 24 bits of the index, in order. */
function sortedByHash({ count, key }: BulkEntries): BigUint64Array {
  const items = new BigUint64Array(count);
  // Words, because a bigint per entry would cost more than the hash. The low word is first on every
  // platform there is an addon for.
  const words = new Uint32Array(items.buffer);
  for (let index = 0; index < count; index++) {
    const hash = native.hash(SHA2_256, latin1Bytes(key(index)));
    if (hash === undefined) throw new Error("the addon has no SHA-256");
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = hash;
    words[2 * index + 1] = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    words[2 * index] = ((e << INDEX_BITS) | index) >>> 0;
  }
  return items.sort();
}
