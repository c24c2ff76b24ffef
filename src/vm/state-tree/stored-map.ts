import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { CborReader, CborWriter, type Codec } from "../../ipld/cbor.js";
import type { EntryValues } from "../../ipld/decoded-blocks.js";
import { Hamt } from "../../ipld/hamt.js";
import type { EntryChange } from "../../ipld/tree-difference.js";

/** Values as they are to be, each key once; null: there is to be none. */
export type MapChanges<V> = readonly (readonly [key: string, value: V | null])[];

/**
 * A HAMT that never changes, of which C++ reads and writes the nodes as bytes (`native/addon/hamt.h`): decoded are the
 * values that are asked for, and nothing else. What C++ leaves alone (malformed nodes, blocks that the cache does not
 * keep) makes it a `Hamt` for good. All methods throw what those of `Hamt` throw.
 */
export class StoredMap<V> {
  private readonly known: EntryValues<V>;

  private constructor(
    private readonly blocks: Blocks,
    readonly root: Cid,
    private readonly codec: Codec<V>,
    private hamt?: Hamt<V>,
  ) {
    this.known = blocks.decoded.entries(root, codec);
  }

  static load<V>(blocks: Blocks, root: Cid, codec: Codec<V>): StoredMap<V> {
    const map = new StoredMap(blocks, root, codec);
    if (!blocks.hamtLoad(root)) map.hamt = map.asHamt();
    return map;
  }

  get(key: string): V | undefined {
    let value = this.known.get(key);
    if (value === undefined) {
      value = this.read(key);
      if (value !== undefined) this.known.set(key, value);
    }
    return value;
  }

  /** The map after changes, written to these blocks. */
  with(changes: MapChanges<V>, blocks: Blocks): StoredMap<V> {
    if (this.hamt !== undefined) return this.changedByHamt(changes, blocks);
    if (changes.length === 0) return new StoredMap(blocks, this.root, this.codec);
    const root = blocks.hamtChange(this.root, encodeChanges(changes, this.codec));
    if (root === null) return this.changedByHamt(changes, blocks);
    const next = new StoredMap(blocks, root, this.codec);
    for (const [key, value] of changes) if (value !== null) next.known.set(key, value);
    return next;
  }

  /** Entries that differ from those of an earlier map, as `Hamt.differences`. */
  differences(earlier: StoredMap<V>): IterableIterator<EntryChange<string, V>, undefined> {
    return this.asHamt().differences(earlier.asHamt());
  }

  asHamt(): Hamt<V> {
    return this.hamt ?? Hamt.load(this.blocks, this.root, this.codec);
  }

  private read(key: string): V | undefined {
    if (this.hamt === undefined) {
      const encoded = this.blocks.hamtGet(this.root, key);
      if (encoded !== null) return encoded && this.codec.decode(new CborReader(encoded));
      this.hamt = this.asHamt();
    }
    return this.hamt.get(key);
  }

  private changedByHamt(changes: MapChanges<V>, blocks: Blocks): StoredMap<V> {
    const hamt = Hamt.load(blocks, this.root, this.codec);
    for (const [key, value] of changes) {
      if (value === null) hamt.delete(key);
      else hamt.set(key, value);
    }
    return new StoredMap(blocks, hamt.flush(), this.codec, hamt);
  }
}

/** As `NativeBlocks.hamtChange` reads them. */
function encodeChanges<V>(changes: MapChanges<V>, codec: Codec<V>): string {
  const writer = new CborWriter();
  for (const [key, value] of changes) {
    writer.array(value === null ? 1 : 2).latin1(key);
    if (value !== null) codec.encode(value, writer);
  }
  return writer.finishLatin1();
}
