import { type Cid, cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { shown } from "../util/check.js";
import type { BlockAccess } from "./block-access.js";
import { KamtDifference } from "./kamt-difference.js";
import {
  decodeKamtNode,
  encodeKamtNode,
  isLink,
  type KamtEntry,
  type KamtLink,
  KamtNode,
  type KamtPointer,
  kamtEntry,
} from "./kamt-node.js";
import { commonDigits, digitOf, slotAt } from "./kamt-path.js";
import { checkDepth, KamtWalk, malformed } from "./kamt-walk.js";
import type { EntryChange } from "./tree-difference.js";
import { isU256 } from "./u256.js";

/**
 * The map in which contracts of the EVM keep their storage: from integers of 256 bits to such integers, sharded over
 * blocks by the bits of the key, which is not hashed. Levels that only one child would have are left out. As the EVM
 * actor configures it: five bits per level, one entry per slot, entries at any depth.
 *
 * Nodes never change: `set` and `delete` replace the path to the entry, and only after everything was loaded, so that
 * a call which threw `MissingBlock` can be made again.
 *
 * Errors of all methods: what `BlockAccess.get` throws, and `FvmError` INVALID_KAMT on malformed blocks and keys or
 * values that are no bigint from 0 to 2^256 - 1. Source: ipld/kamt/src.
 */
export class Kamt {
  readonly #blocks: BlockAccess;
  #root: KamtNode;
  /** CID of the root as long as nothing changed. */
  #flushed: Cid | undefined;

  private constructor(blocks: BlockAccess, root: Cid | undefined) {
    this.#blocks = blocks;
    this.#root = root === undefined ? KamtNode.EMPTY : this.#loadNode(root);
    this.#flushed = root;
  }

  /** A map without entries. It is in no block until it is flushed. */
  static empty(blocks: BlockAccess): Kamt {
    return new Kamt(blocks, undefined);
  }

  /** The map with this root. */
  static load(blocks: BlockAccess, root: Cid): Kamt {
    return new Kamt(blocks, root);
  }

  /** Whether it has no entries. */
  get isEmpty(): boolean {
    return this.#root.slots.every((pointer) => pointer === undefined);
  }

  /** The value of a key, if there is one. */
  get(key: bigint): bigint | undefined {
    const { digits } = kamtEntry(checked("key", key), 0n);
    let node = this.#root;
    for (let depth = 0; ; ) {
      const pointer = node.slots[slotAt(digits, depth)];
      if (pointer === undefined) return undefined;
      if (!isLink(pointer)) return pointer.key === key ? pointer.value : undefined;
      const next = depth + 1 + pointer.extension.length;
      checkDepth(next);
      if (!digits.startsWith(pointer.extension, depth + 1)) return undefined;
      node = this.#child(pointer);
      depth = next;
    }
  }

  /** Puts a value under a key. Its block is made by `flush`. */
  set(key: bigint, value: bigint): void {
    const entry = kamtEntry(checked("key", key), checked("value", value));
    this.#replaceRoot(this.#insert(this.#root, 0, entry));
  }

  /** Whether there was such an entry. */
  delete(key: bigint): boolean {
    const entry = kamtEntry(checked("key", key), 0n);
    return this.#replaceRoot(this.#remove(this.#root, 0, entry));
  }

  /** Writes what changed, children first, and returns the root. */
  flush(): Cid {
    if (this.#flushed === undefined) {
      this.#flushed = this.#write(this.#root);
      this.#root = this.#loadNode(this.#flushed);
    }
    return this.#flushed;
  }

  /** All entries, in the order of their keys. */
  *entries(): Generator<[key: bigint, value: bigint]> {
    for (const { key, value } of this.#walk().entries()) yield [key, value];
  }

  /**
   * Entries that were added, removed, or have got another value since an earlier map, in the order of their keys. What
   * the two have in common is not read. `next` may be called again after it has thrown `MissingBlock`, and goes on
   * where it was.
   */
  differences(earlier: Kamt): IterableIterator<EntryChange<bigint, bigint>, undefined> {
    return new KamtDifference(earlier.#walk(), this.#walk());
  }

  #walk(): KamtWalk {
    return new KamtWalk(this.#root, (link) => this.#child(link));
  }

  /** @param depth digits of the path to the node */
  #insert(node: KamtNode, depth: number, entry: KamtEntry): KamtNode {
    const slot = slotAt(entry.digits, depth);
    const pointer = node.slots[slot];
    if (pointer === undefined) return node.with(slot, entry);
    const next = isLink(pointer)
      ? this.#insertBelow(pointer, depth + 1, entry)
      : inSlotOf(pointer, depth + 1, entry);
    return next === pointer ? node : node.with(slot, next);
  }

  #insertBelow(link: KamtLink, depth: number, entry: KamtEntry): KamtPointer {
    const { extension, to } = link;
    checkDepth(depth + extension.length);
    const common = commonDigits(extension, entry.digits, depth);
    if (common < extension.length) {
      const rest = { extension: extension.slice(common + 1), to };
      const fork = KamtNode.EMPTY.with(slotAt(extension, common), rest);
      const both = fork.with(slotAt(entry.digits, depth + common), entry);
      return { extension: extension.slice(0, common), to: both };
    }
    const child = this.#child(link);
    const next = this.#insert(child, depth + common, entry);
    return next === child ? link : { extension, to: next };
  }

  #remove(node: KamtNode, depth: number, entry: KamtEntry): KamtNode {
    const slot = slotAt(entry.digits, depth);
    const pointer = node.slots[slot];
    if (pointer === undefined) return node;
    if (!isLink(pointer)) return pointer.key === entry.key ? node.with(slot, undefined) : node;
    const { extension } = pointer;
    const below = depth + 1 + extension.length;
    checkDepth(below);
    if (!entry.digits.startsWith(extension, depth + 1)) return node;
    const child = this.#child(pointer);
    const next = this.#remove(child, below, entry);
    return next === child ? node : node.with(slot, collapsed(extension, next));
  }

  #replaceRoot(root: KamtNode): boolean {
    if (root === this.#root) return false;
    this.#root = root;
    this.#flushed = undefined;
    return true;
  }

  #write(node: KamtNode): Cid {
    const written = new KamtNode(
      node.slots.map((pointer) =>
        pointer !== undefined && isLink(pointer) && pointer.to instanceof KamtNode
          ? { extension: pointer.extension, to: this.#write(pointer.to) }
          : pointer,
      ),
    );
    const encoded = encodeKamtNode(written);
    const cid = this.#blocks.put(DAG_CBOR, encoded);
    this.#blocks.decoded.kamtNodes.set(cid, written, encoded.length);
    return cid;
  }

  #child({ to }: KamtLink): KamtNode {
    if (to instanceof KamtNode) return to;
    const child = this.#loadNode(to);
    // Only the root may be empty.
    if (child.pointers().length === 0) {
      throw new FvmError("INVALID_KAMT", { cid: cidText(to), reason: "empty node" });
    }
    return child;
  }

  #loadNode(cid: Cid): KamtNode {
    const cache = this.#blocks.decoded.kamtNodes;
    let node = cache.get(cid);
    if (node === undefined) {
      const block = this.#blocks.get(cid);
      node = decodeKamtNode(cid, block);
      cache.set(cid, node, block.length);
    }
    return node;
  }
}

/** New content of a slot with an entry when another entry comes: both in a node, where their keys part. */
function inSlotOf(old: KamtEntry, depth: number, entry: KamtEntry): KamtPointer {
  if (old.key === entry.key) return old.value === entry.value ? old : entry;
  const common = commonDigits(old.digits.slice(depth), entry.digits, depth);
  const at = depth + common;
  // An entry in a place that its key does not lead to.
  checkDepth(at);
  const both = KamtNode.EMPTY.with(slotAt(old.digits, at), old).with(slotAt(entry.digits, at), entry);
  return { extension: entry.digits.slice(depth, at), to: both };
}

/** The least form of a child that lost an entry: its last pointer itself. Source: ipld/kamt/src/pointer.rs `clean`. */
function collapsed(extension: string, child: KamtNode): KamtPointer {
  const [first, second] = child.pointers();
  if (first === undefined) throw malformed("node with a single entry");
  if (second !== undefined) return { extension, to: child };
  const [slot, pointer] = first;
  if (!isLink(pointer)) return pointer;
  return { extension: extension + digitOf(slot) + pointer.extension, to: pointer.to };
}

function checked(what: "key" | "value", value: bigint): bigint {
  if (isU256(value)) return value;
  throw malformed(`a ${what} of ${shown(value)}, which is no bigint from 0 to 2^256 - 1`);
}
