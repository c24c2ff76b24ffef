import { Buffer } from "node:buffer";
import { type Cid, cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { shown } from "../util/check.js";
import type { BlockAccess } from "./block-access.js";
import { CborReader, type Codec, encodeCborLatin1 } from "./cbor.js";
import type { BlockValues } from "./decoded-blocks.js";
import { hashOf } from "./hamt-hash.js";
import {
  BUCKET_SIZE,
  type Bucket,
  decodeNode,
  type Entry,
  emptyNode,
  encodeNode,
  HamtNode,
  isBucket,
  type Pointer,
} from "./hamt-node.js";
import { type EntryChange, TreeDifference } from "./tree-difference.js";

/** Bits of the key's hash per level in all of the chain's state. */
export const HAMT_BIT_WIDTH = 5;
const HASH_BITS = 256;
const BIT_WIDTHS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * A map from byte strings to values, sharded over blocks by the SHA-256 of the key, in the layout that the
 * actors use (version 3). Nodes never change: `set` and `delete` replace the path to the entry, and
 * only after everything was loaded, so that a call which threw `MissingBlock` can be made again.
 *
 * Errors of all methods: what `BlockAccess.get` throws, and `FvmError` INVALID_HAMT on malformed blocks and
 * INVALID_CBOR on malformed values. Source: ipld/hamt/src.
 */
export class Hamt<V> {
  readonly #blocks: BlockAccess;
  readonly #codec: Codec<V>;
  readonly #bitWidth: number;
  readonly #cache: BlockValues<HamtNode<V>>;
  #root: HamtNode<V>;
  /** CID of the root as long as nothing changed. */
  #flushed: Cid | undefined;

  private constructor(blocks: BlockAccess, codec: Codec<V>, bitWidth: number, root: Cid | undefined) {
    this.#blocks = blocks;
    this.#codec = codec;
    if (!BIT_WIDTHS.includes(bitWidth)) {
      throw new FvmError("INVALID_HAMT", {
        reason: `a bit width of ${shown(bitWidth)}, which is not 1 to 8`,
      });
    }
    this.#bitWidth = bitWidth;
    this.#cache = blocks.decoded.nodes(codec, bitWidth);
    this.#root = root === undefined ? emptyNode(bitWidth) : this.#load(root);
    this.#flushed = root;
  }

  /** A map without entries. It is in no block until it is flushed. @param bitWidth 1 to 8 */
  static empty<V>(blocks: BlockAccess, codec: Codec<V>, bitWidth = HAMT_BIT_WIDTH): Hamt<V> {
    return new Hamt(blocks, codec, bitWidth, undefined);
  }

  /** The map with this root. The bit width must be the one that it was made with: blocks do not tell. */
  static load<V>(blocks: BlockAccess, root: Cid, codec: Codec<V>, bitWidth = HAMT_BIT_WIDTH): Hamt<V> {
    return new Hamt(blocks, codec, bitWidth, root);
  }

  /** Whether it has no entries. */
  get isEmpty(): boolean {
    return this.#root.isEmpty;
  }

  /**
   * The value of a key, if there is one.
   *
   * @param key in all methods the bytes as latin1 text; an `Address` is in this form. Throws INVALID_HAMT for other text
   */
  get(key: string): V | undefined {
    const hash = hashOf(key);
    let node = this.#root;
    for (let depth = 0; ; depth++) {
      const pointer = node.slots[this.#slot(hash, depth)];
      if (pointer === undefined) return undefined;
      if (isBucket(pointer)) {
        for (const entry of pointer) if (entry.key === key) return this.#value(entry);
        return undefined;
      }
      node = this.#child(pointer);
    }
  }

  /** Puts a value under a key. Its block is made by `flush`. */
  set(key: string, value: V): void {
    const encoded = encodeCborLatin1(this.#codec, value);
    // Makes V8 join the pieces now, instead of each time that the entry's node is written.
    encoded.charCodeAt(0);
    const entry = { key, encoded, value };
    this.#replaceRoot(this.#insert(this.#root, 0, hashOf(key), entry));
  }

  /** Whether there was such an entry. */
  delete(key: string): boolean {
    return this.#replaceRoot(this.#remove(this.#root, 0, hashOf(key), key));
  }

  /** Writes what changed, children first, and returns the root. */
  flush(): Cid {
    this.#flushed ??= this.#writeRoot();
    return this.#flushed;
  }

  /** All entries, in an order that only depends on the keys. */
  *entries(): Generator<[key: string, value: V]> {
    for (const entry of this.#entriesUnder(this.#root, 0)) yield [entry.key, this.#value(entry)];
  }

  /**
   * The entries that an earlier map lacks, or has with another value. What the two have in common is not read.
   * Throws as `differences`.
   */
  *entriesSince(earlier: Hamt<V>): Generator<[key: string, value: V]> {
    for (const { key, after } of this.differences(earlier)) if (after !== undefined) yield [key, after];
  }

  /**
   * Entries that were added, removed, or have got another value since an earlier map, in an order that only depends
   * on the keys. What the two have in common is not read. `next` may be called again after it has thrown
   * `MissingBlock`, and goes on where it was.
   *
   * Throws INVALID_HAMT also if the other one has another bit width, and if a key is where it does not belong.
   */
  differences(earlier: Hamt<V>): IterableIterator<EntryChange<string, V>, undefined> {
    if (earlier.#bitWidth !== this.#bitWidth) {
      throw new FvmError("INVALID_HAMT", { reason: "maps of different bit widths cannot be compared" });
    }
    return new TreeDifference<Pointer<V>, EntryChange<string, V>>(
      earlier.#root,
      this.#root,
      (before, after, path) => {
        if (hasNoNodes(before) && hasNoNodes(after)) {
          return { kind: "entries", changes: this.#bucketChanges(earlier, before, after, path) };
        }
        const depth = path.length;
        return {
          kind: "branches",
          before: earlier.#slotsBelow(before, depth),
          after: this.#slotsBelow(after, depth),
        };
      },
    );
  }

  #insert(node: HamtNode<V>, depth: number, hash: Uint8Array, entry: Entry<V>): HamtNode<V> {
    const slot = this.#slot(hash, depth);
    const pointer = node.slots[slot];
    if (pointer === undefined) return node.with(slot, [entry]);
    if (isBucket(pointer)) {
      const next = this.#insertIntoBucket(pointer, depth, hash, entry);
      return next === pointer ? node : node.with(slot, next);
    }
    const child = this.#child(pointer);
    const next = this.#insert(child, depth + 1, hash, entry);
    return next === child ? node : node.with(slot, next);
  }

  #insertIntoBucket(bucket: Bucket<V>, depth: number, hash: Uint8Array, entry: Entry<V>): Pointer<V> {
    const at = bucket.findIndex(({ key }) => key === entry.key);
    const old = bucket[at];
    if (old !== undefined) return old.encoded === entry.encoded ? bucket : bucket.with(at, entry);
    if (bucket.length < BUCKET_SIZE) return inOrder([...bucket, entry]);
    let child = this.#insert(emptyNode<V>(this.#bitWidth), depth + 1, hash, entry);
    for (const moved of bucket) child = this.#insert(child, depth + 1, hashOf(moved.key), moved);
    return child;
  }

  #remove(node: HamtNode<V>, depth: number, hash: Uint8Array, key: string): HamtNode<V> {
    const slot = this.#slot(hash, depth);
    const pointer = node.slots[slot];
    if (pointer === undefined) return node;
    if (isBucket(pointer)) {
      const rest = pointer.filter((entry) => entry.key !== key);
      if (rest.length === pointer.length) return node;
      return node.with(slot, rest.length === 0 ? undefined : rest);
    }
    const child = this.#child(pointer);
    const next = this.#remove(child, depth + 1, hash, key);
    return next === child ? node : node.with(slot, collapsed(next));
  }

  #replaceRoot(root: HamtNode<V>): boolean {
    if (root === this.#root) return false;
    this.#root = root;
    this.#flushed = undefined;
    return true;
  }

  #writeRoot(): Cid {
    const cid = this.#write(this.#root);
    this.#root = this.#load(cid);
    return cid;
  }

  #write(node: HamtNode<V>): Cid {
    const written = new HamtNode(
      node.slots.map((pointer) => (pointer instanceof HamtNode ? this.#write(pointer) : pointer)),
    );
    const encoded = encodeNode(written);
    const cid = this.#blocks.put(DAG_CBOR, encoded);
    this.#cache.set(cid, written, encoded.length);
    return cid;
  }

  *#entriesUnder(pointer: Pointer<V> | undefined, depth: number): Generator<Entry<V>> {
    if (pointer === undefined) return;
    if (isBucket(pointer)) yield* pointer;
    else for (const slot of this.#slotsBelow(pointer, depth)) yield* this.#entriesUnder(slot, depth + 1);
  }

  /** The slots of a pointer's node at this depth: of that which it would be if it is none. */
  #slotsBelow(pointer: Pointer<V> | undefined, depth: number): HamtNode<V>["slots"] {
    if (depth * this.#bitWidth >= HASH_BITS) throw tooDeep();
    if (pointer === undefined) return [];
    if (!isBucket(pointer)) return this.#child(pointer).slots;
    const slots: Entry<V>[][] = [];
    for (const entry of pointer) {
      const slot = this.#slot(hashOf(entry.key), depth);
      slots[slot] = [...(slots[slot] ?? []), entry];
    }
    return slots;
  }

  #bucketChanges(
    earlier: Hamt<V>,
    before: Bucket<V> | undefined,
    after: Bucket<V> | undefined,
    path: readonly number[],
  ): EntryChange<string, V>[] {
    const changes: EntryChange<string, V>[] = [];
    const gone = new Map(before?.map((entry) => [entry.key, entry]));
    for (const entry of after ?? []) {
      this.#checkPlace(entry.key, path);
      const old = gone.get(entry.key);
      gone.delete(entry.key);
      if (old?.encoded === entry.encoded) continue;
      changes.push({ key: entry.key, before: old && earlier.#value(old), after: this.#value(entry) });
    }
    for (const entry of gone.values()) {
      this.#checkPlace(entry.key, path);
      changes.push({ key: entry.key, before: earlier.#value(entry), after: undefined });
    }
    return changes;
  }

  /** Throws if a key is not where `get` would look for it. */
  #checkPlace(key: string, path: readonly number[]): void {
    const hash = hashOf(key);
    if (path.every((slot, depth) => slot === this.#slot(hash, depth))) return;
    throw new FvmError("INVALID_HAMT", { reason: "a key is where it does not belong" });
  }

  #child(pointer: Cid | HamtNode<V>): HamtNode<V> {
    if (pointer instanceof HamtNode) return pointer;
    const child = this.#load(pointer);
    // Only the root may be empty.
    if (child.isEmpty) throw new FvmError("INVALID_HAMT", { cid: cidText(pointer), reason: "empty node" });
    return child;
  }

  #load(cid: Cid): HamtNode<V> {
    let node = this.#cache.get(cid);
    if (node === undefined) {
      const block = this.#blocks.get(cid);
      node = decodeNode<V>(cid, block, this.#bitWidth);
      this.#cache.set(cid, node, block.length);
    }
    return node;
  }

  #value(entry: Entry<V>): V {
    entry.value ??= this.#codec.decode(new CborReader(Buffer.from(entry.encoded, "latin1")));
    return entry.value;
  }

  /** The bits of the hash that count at this depth; at the bottom only what is left of it. */
  #slot(hash: Uint8Array, depth: number): number {
    const start = depth * this.#bitWidth;
    const count = Math.min(this.#bitWidth, HASH_BITS - start);
    if (count <= 0) throw tooDeep();
    const at = start >> 3;
    const window = ((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0);
    return (window >> (16 - (start & 7) - count)) & ((1 << count) - 1);
  }
}

function tooDeep(): FvmError {
  return new FvmError("INVALID_HAMT", { reason: "deeper than the hash has bits" });
}

function hasNoNodes<V>(pointer: Pointer<V> | undefined): pointer is Bucket<V> | undefined {
  return pointer === undefined || isBucket(pointer);
}

/** The least form of a child that lost an entry: a bucket for its parent's slot if that is large enough. */
function collapsed<V>(child: HamtNode<V>): Pointer<V> {
  const entries: Entry<V>[] = [];
  for (const pointer of child.slots) {
    if (pointer === undefined) continue;
    if (!isBucket(pointer)) return child;
    entries.push(...pointer);
    if (entries.length > BUCKET_SIZE) return child;
  }
  if (entries.length === 0) throw new FvmError("INVALID_HAMT", { reason: "node with a single entry" });
  return inOrder(entries);
}

function inOrder<V>(entries: Entry<V>[]): Bucket<V> {
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}
