import { type Cid, cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { BoundedMap } from "../util/bounded-map.js";
import {
  AmtBranch,
  type AmtLayout,
  AmtLeaf,
  type AmtNode,
  type AmtRoot,
  decodeAmtNode,
  decodeAmtRoot,
  emptyAmt,
  emptyBranch,
  emptyLeaf,
  encodeAmtNode,
  encodeAmtRoot,
} from "./amt-node.js";
import type { BlockAccess } from "./block-access.js";
import { type Codec, encodeCborLatin1 } from "./cbor.js";
import { type EntryChange, TreeDifference } from "./tree-difference.js";

/** Slots of decoded nodes that an array keeps, at least. */
const LOADED_SLOTS = 32_768;

export type { AmtLayout } from "./amt-node.js";

/** Events of a message (FIP-0049). */
export const EVENTS_AMT: AmtLayout = { version: 3, bitWidth: 5 };
/** Receipts of a tipset and messages of a block. */
export const CHAIN_AMT: AmtLayout = { version: 0, bitWidth: 3 };

/**
 * A sparse array over blocks. Nodes never change: `set` and `delete` replace the path to the value, and
 * only after everything was loaded, so that a call which threw `MissingBlock` can be made again.
 *
 * Indices go up to 2^53 - 1. Errors of all methods: what `BlockAccess.get` throws, and `FvmError`
 * INVALID_AMT on malformed blocks or an impossible index. Source: ipld/amt/src.
 */
export class Amt<V> {
  readonly #blocks: BlockAccess;
  readonly #codec: Codec<V>;
  readonly #version: AmtLayout["version"];
  readonly #loaded: BoundedMap<Cid, AmtNode<V>>;
  #root: AmtRoot<V>;
  /** CID of the root as long as nothing changed. */
  #flushed: Cid | undefined;

  private constructor(
    blocks: BlockAccess,
    codec: Codec<V>,
    version: AmtLayout["version"],
    root: AmtRoot<V>,
    flushed: Cid | undefined,
  ) {
    this.#blocks = blocks;
    this.#codec = codec;
    this.#version = version;
    this.#loaded = new BoundedMap(Math.ceil(LOADED_SLOTS / 2 ** root.bitWidth));
    this.#root = root;
    this.#flushed = flushed;
  }

  /** An array without values. It is in no block until it is flushed. */
  static empty<V>(blocks: BlockAccess, codec: Codec<V>, layout: AmtLayout): Amt<V> {
    return new Amt<V>(blocks, codec, layout.version, emptyAmt(layout.bitWidth), undefined);
  }

  /** The array with this root. The bit width is the stored one. */
  static load<V>(
    blocks: BlockAccess,
    root: Cid,
    codec: Codec<V>,
    { version }: Pick<AmtLayout, "version">,
  ): Amt<V> {
    return new Amt(blocks, codec, version, decodeAmtRoot(codec, version, root, blocks.get(root)), root);
  }

  /** Number of values. */
  get count(): number {
    return this.#root.count;
  }

  /** Levels of branches above the leaves. */
  get height(): number {
    return this.#root.height;
  }

  /** Binary logarithm of the slots per node. */
  get bitWidth(): number {
    return this.#root.bitWidth;
  }

  /** The value at an index, if there is one. */
  get(index: number): V | undefined {
    checkIndex(index);
    let { node, height } = this.#root;
    if (index >= this.#span(height + 1)) return undefined;
    while (node instanceof AmtBranch) {
      const child = node.children[this.#slot(index, height)];
      if (child === undefined) return undefined;
      height--;
      node = this.#child(child, height);
    }
    return node.values[this.#slot(index, 0)];
  }

  /** Puts a value at an index. Its block is made by `flush`. */
  set(index: number, value: V): void {
    checkIndex(index);
    let { node, height } = this.#root;
    while (index >= this.#span(height + 1)) {
      const branch = emptyBranch<V>(this.#root.bitWidth);
      node = isEmpty(node) ? branch : new AmtBranch(branch.children.with(0, node));
      height++;
    }
    const isNew = this.get(index) === undefined;
    node = this.#insert(node, height, index, value);
    this.#replaceRoot({ ...this.#root, node, height, count: this.#root.count + (isNew ? 1 : 0) });
  }

  /** Whether there was a value. */
  delete(index: number): boolean {
    if (this.get(index) === undefined) return false;
    let { node, height } = this.#root;
    node = this.#remove(node, height, index);
    if (isEmpty(node)) {
      node = emptyLeaf(this.#root.bitWidth);
      height = 0;
    }
    while (node instanceof AmtBranch && height > 0) {
      const [first, ...others] = node.children;
      if (first === undefined || others.some((child) => child !== undefined)) break;
      height--;
      node = this.#child(first, height);
    }
    this.#replaceRoot({ ...this.#root, node, height, count: this.#root.count - 1 });
    return true;
  }

  /** Writes what changed, children first, and returns the root. */
  flush(): Cid {
    this.#flushed ??= this.#writeRoot();
    return this.#flushed;
  }

  /** All values with their indices, in order. */
  *entries(): Generator<[index: number, value: V]> {
    yield* this.#entriesOf(this.#root.node, this.#root.height, 0);
  }

  /** Visits all values, in order. */
  forEach(visit: (value: V, index: number) => void): void {
    for (const [index, value] of this.entries()) visit(value, index);
  }

  /**
   * Values that were added, removed or changed since an earlier array, in order; the key is the index. What the two
   * have in common is not read. `next` may be called again after it has thrown `MissingBlock`, and goes on where it was.
   *
   * Throws INVALID_AMT also if the other one has another bit width.
   */
  differences(earlier: Amt<V>): IterableIterator<EntryChange<number, V>, undefined> {
    const { bitWidth } = this.#root;
    if (earlier.#root.bitWidth !== bitWidth) {
      throw new FvmError("INVALID_AMT", { reason: "arrays of different bit widths cannot be compared" });
    }
    const top = Math.max(earlier.height, this.height);
    const [before, after] = [raised(earlier.#root, top), raised(this.#root, top)];
    return new TreeDifference<Cid | AmtNode<V>, EntryChange<number, V>>(before, after, (old, now, path) => {
      const height = top - path.length;
      const [was, is] = [earlier.#nodeAt(old, height), this.#nodeAt(now, height)];
      if (height > 0) return { kind: "branches", before: childrenOf(was), after: childrenOf(is) };
      const first = path.reduce((start, slot, depth) => start + slot * this.#span(top - depth), 0);
      return { kind: "entries", changes: this.#leafChanges(valuesOf(was), valuesOf(is), first) };
    });
  }

  #insert(node: AmtNode<V>, height: number, index: number, value: V): AmtNode<V> {
    const slot = this.#slot(index, height);
    if (node instanceof AmtLeaf) return new AmtLeaf(node.values.with(slot, value));
    const old = node.children[slot];
    const child = old === undefined ? this.#emptyNode(height - 1) : this.#child(old, height - 1);
    return new AmtBranch(node.children.with(slot, this.#insert(child, height - 1, index, value)));
  }

  /** There must be a value at the index. */
  #remove(node: AmtNode<V>, height: number, index: number): AmtNode<V> {
    const slot = this.#slot(index, height);
    if (node instanceof AmtLeaf) return new AmtLeaf(node.values.with(slot, undefined));
    const old = node.children[slot];
    if (old === undefined) return node;
    const child = this.#remove(this.#child(old, height - 1), height - 1, index);
    return new AmtBranch(node.children.with(slot, isEmpty(child) ? undefined : child));
  }

  #replaceRoot(root: AmtRoot<V>): void {
    this.#root = root;
    this.#flushed = undefined;
  }

  #writeRoot(): Cid {
    this.#root = { ...this.#root, node: this.#writeChildren(this.#root.node) };
    return this.#blocks.put(DAG_CBOR, encodeAmtRoot(this.#codec, this.#version, this.#root));
  }

  #writeChildren(node: AmtNode<V>): AmtNode<V> {
    if (node instanceof AmtLeaf) return node;
    return new AmtBranch(
      node.children.map((child) => {
        if (child === undefined || typeof child === "string") return child;
        return this.#blocks.put(DAG_CBOR, encodeAmtNode(this.#codec, this.#writeChildren(child)));
      }),
    );
  }

  *#entriesOf(node: AmtNode<V>, height: number, start: number): Generator<[index: number, value: V]> {
    const slots = node instanceof AmtLeaf ? node.values : node.children;
    for (let slot = 0; slot < slots.length; slot++) {
      const first = start + slot * this.#span(height);
      if (node instanceof AmtLeaf) {
        const value = node.values[slot];
        if (value !== undefined) yield [checkIndex(first), value];
      } else {
        const child = node.children[slot];
        if (child !== undefined) yield* this.#entriesOf(this.#child(child, height - 1), height - 1, first);
      }
    }
  }

  #child(child: Cid | AmtNode<V>, height: number): AmtNode<V> {
    if (typeof child !== "string") return child;
    let node = this.#loaded.get(child);
    if (node === undefined) {
      node = decodeAmtNode(this.#codec, this.#root.bitWidth, height, child, this.#blocks.get(child));
      // Only the root may be empty: a few blocks of empty nodes could make an array that takes for ever to go through.
      if (isEmpty(node)) throw new FvmError("INVALID_AMT", { cid: cidText(child), reason: "empty node" });
      this.#loaded.set(child, node);
    }
    // It may have been loaded where its kind belongs.
    if (node instanceof AmtLeaf !== (height === 0)) {
      throw new FvmError("INVALID_AMT", { cid: cidText(child), reason: "a leaf among branches" });
    }
    return node;
  }

  #nodeAt(child: Cid | AmtNode<V> | undefined, height: number): AmtNode<V> | undefined {
    return child === undefined ? undefined : this.#child(child, height);
  }

  #leafChanges(
    before: AmtLeaf<V>["values"],
    after: AmtLeaf<V>["values"],
    first: number,
  ): EntryChange<number, V>[] {
    const changes: EntryChange<number, V>[] = [];
    for (let slot = 0; slot < Math.max(before.length, after.length); slot++) {
      const [old, now] = [before[slot], after[slot]];
      if (old === now || (old !== undefined && now !== undefined && this.#isSame(old, now))) continue;
      changes.push({ key: checkIndex(first + slot), before: old, after: now });
    }
    return changes;
  }

  #isSame(a: V, b: V): boolean {
    return encodeCborLatin1(this.#codec, a) === encodeCborLatin1(this.#codec, b);
  }

  #emptyNode(height: number): AmtNode<V> {
    return height === 0 ? emptyLeaf(this.#root.bitWidth) : emptyBranch(this.#root.bitWidth);
  }

  /** Indices below one slot of a node at this height. */
  #span(height: number): number {
    return 2 ** (this.#root.bitWidth * height);
  }

  #slot(index: number, height: number): number {
    return Math.floor(index / this.#span(height)) % (1 << this.#root.bitWidth);
  }
}

/**
 * The root of the AMT of all `values` from index 0 on, built bottom-up. `put` takes each block, as a latin1 string; give it
 * `native.cidOf` if only the root matters.
 */
export function buildAmt<V>(
  values: readonly V[],
  codec: Codec<V>,
  { version, bitWidth }: AmtLayout,
  put: (codec: number, data: string) => Cid,
): Cid {
  const width = 1 << bitWidth;
  let nodes: AmtNode<V>[] = chunks(values, width).map((chunk) => new AmtLeaf(chunk));
  let height = 0;
  while (nodes.length > 1) {
    const links = nodes.map((node) => put(DAG_CBOR, encodeAmtNode(codec, node)));
    nodes = chunks(links, width).map((chunk) => new AmtBranch(chunk));
    height++;
  }
  const node = nodes[0] ?? emptyLeaf(bitWidth);
  return put(DAG_CBOR, encodeAmtRoot(codec, version, { bitWidth, height, count: values.length, node }));
}

/** The root's node, below as many branches as it takes to be this high. */
function raised<V>({ node, height }: AmtRoot<V>, top: number): AmtNode<V> {
  let above = node;
  for (let at = height; at < top; at++) above = new AmtBranch([above]);
  return above;
}

function childrenOf<V>(node: AmtNode<V> | undefined): AmtBranch<V>["children"] {
  return node instanceof AmtBranch ? node.children : [];
}

function valuesOf<V>(node: AmtNode<V> | undefined): AmtLeaf<V>["values"] {
  return node instanceof AmtLeaf ? node.values : [];
}

/** Runs of `size` items, the last filled up with `undefined`. */
function chunks<T>(items: readonly T[], size: number): (T | undefined)[][] {
  const runs: (T | undefined)[][] = [];
  for (let start = 0; start < items.length; start += size) {
    const run: (T | undefined)[] = items.slice(start, start + size);
    while (run.length < size) run.push(undefined);
    runs.push(run);
  }
  return runs;
}

function isEmpty<V>(node: AmtNode<V>): boolean {
  const slots: readonly unknown[] = node instanceof AmtLeaf ? node.values : node.children;
  return slots.every((slot) => slot === undefined);
}

function checkIndex(index: number): number {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new FvmError("INVALID_AMT", { reason: `index ${index} out of range` });
  }
  return index;
}
