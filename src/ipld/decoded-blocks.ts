import type { Cid } from "../encoding/cid.js";
import { BoundedMap } from "../util/bounded-map.js";
import type { Codec } from "./cbor.js";
import type { HamtNode } from "./hamt-node.js";
import type { KamtNode } from "./kamt-node.js";

/** Least number of entries that are kept: tens of megabytes altogether. */
const CACHED_NODES = 8_192;
const CACHED_VALUES = 64;
/** Maps of which entries are kept, and entries of each, at least. */
const CACHED_MAPS = 32;
const CACHED_ENTRIES = 1_024;

/** How a whole block is read. */
export type BlockDecoder<V> = Pick<Codec<V>, "decode">;
export type NodeCache<V> = BoundedMap<Cid, HamtNode<V>>;
export type ValueCache<V> = BoundedMap<Cid, V>;
export type EntryCache<V> = BoundedMap<string, V>;

/**
 * Decoded blocks, by CID: nodes of HAMTs, and values of blocks that each machine reads, such as the state
 * root. They go with a block cache and mean the same for machines that share it: what one of them has
 * decoded in this thread counts as known to the others, and their stores are not asked for its block.
 */
export class DecodedBlocks {
  // Decoded nodes carry decoded values, so trees share them only if they read values alike.
  readonly #nodes = new Map<Codec<never>, NodeCache<never>[]>();
  readonly #values = new Map<BlockDecoder<unknown>, ValueCache<unknown>>();
  readonly #entries = new Map<Codec<never>, BoundedMap<Cid, EntryCache<never>>>();

  #kamtNodes: BoundedMap<Cid, KamtNode> | undefined;

  /** Nodes that are kept of each kind of tree, at least. Trees that were read before have the limit of that time. */
  maxNodes = CACHED_NODES;

  /** Nodes of KAMTs, which all read their values alike. */
  get kamtNodes(): BoundedMap<Cid, KamtNode> {
    this.#kamtNodes ??= new BoundedMap(this.maxNodes);
    return this.#kamtNodes;
  }

  /** The nodes that all trees of a codec (the same object) and bit width share. */
  nodes<V>(codec: Codec<V>, bitWidth: number): NodeCache<V> {
    let byWidth = this.#nodes.get(codec as never) as NodeCache<V>[] | undefined;
    if (byWidth === undefined) {
      byWidth = [];
      this.#nodes.set(codec as never, byWidth as never);
    }
    byWidth[bitWidth] ??= new BoundedMap(this.maxNodes);
    return byWidth[bitWidth];
  }

  /** The values that were read with a decoder (the same object). They must never change. */
  values<V>(decoder: BlockDecoder<V>): ValueCache<V> {
    let values = this.#values.get(decoder) as ValueCache<V> | undefined;
    if (values === undefined) {
      values = new BoundedMap(CACHED_VALUES);
      this.#values.set(decoder, values);
    }
    return values;
  }

  /** Entries by key of the map with this root, as read with a codec (the same object), for machines on one state. */
  entries<V>(root: Cid, codec: Codec<V>): EntryCache<V> {
    let maps = this.#entries.get(codec as never) as BoundedMap<Cid, EntryCache<V>> | undefined;
    if (maps === undefined) {
      maps = new BoundedMap(CACHED_MAPS);
      this.#entries.set(codec as never, maps as never);
    }
    let entries = maps.get(root);
    if (entries === undefined) {
      entries = new BoundedMap(CACHED_ENTRIES);
      maps.set(root, entries);
    }
    return entries;
  }

  /** Forgets all of them; trees and machines keep what they hold themselves. */
  clear(): void {
    for (const byWidth of this.#nodes.values()) for (const cache of byWidth) cache?.clear();
    for (const cache of this.#values.values()) cache.clear();
    for (const maps of this.#entries.values()) maps.clear();
    this.#kamtNodes?.clear();
  }
}

/** This thread's decoded blocks, beside the shared block cache. */
export const sharedDecodedBlocks = new DecodedBlocks();
