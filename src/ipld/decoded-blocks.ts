import type { Cid } from "../encoding/cid.js";
import { native } from "../native/index.js";
import { BoundedMap } from "../util/bounded-map.js";
import { Room, RoomMap } from "../util/room.js";
import type { Codec } from "./cbor.js";
import type { HamtNode } from "./hamt-node.js";
import type { KamtNode } from "./kamt-node.js";

/** Bytes of all that is kept. */
const KEPT_BYTES = 64 * 2 ** 20;
/** Bytes of heap for each of a block: 2.4 for nodes of HAMTs, and more once their values are read. */
const DECODED = 3;
/** The same of an entry of a map: an actor with its key. */
const ENTRY_BYTES = 256;
/** Maps of which entries are kept, at least. */
const CACHED_MAPS = 32;

/** How a whole block is read. */
export type BlockDecoder<V> = Pick<Codec<V>, "decode">;
/** Decoded blocks of one kind. */
export class BlockValues<V> {
  readonly #values: RoomMap<Cid, V>;

  constructor(room: Room) {
    this.#values = new RoomMap(room);
  }

  get(cid: Cid): V | undefined {
    return this.#values.get(cid);
  }

  /** @param bytes of the block */
  set(cid: Cid, value: V, bytes: number): void {
    this.#values.set(cid, value, DECODED * bytes);
  }
}

/** Entries of one map. */
export class EntryValues<V> {
  readonly #values: RoomMap<string, V>;

  constructor(room: Room) {
    this.#values = new RoomMap(room);
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    this.#values.set(key, value, ENTRY_BYTES);
  }
}

/**
 * Decoded blocks, by CID: nodes of HAMTs, and values of blocks that each machine reads, such as the state
 * root. They go with a block cache and mean the same for machines that share it: what one of them has
 * decoded in this thread counts as known to the others, and their stores are not asked for its block.
 */
export class DecodedBlocks {
  readonly #room: Room;
  // Decoded nodes carry decoded values, so trees share them only if they read values alike.
  readonly #nodes = new Map<Codec<never>, BlockValues<HamtNode<never>>[]>();
  readonly #values = new Map<BlockDecoder<unknown>, BlockValues<unknown>>();
  readonly #entries = new Map<Codec<never>, BoundedMap<Cid, EntryValues<never>>>();

  /** Nodes of KAMTs, which all read their values alike. */
  readonly kamtNodes: BlockValues<KamtNode>;

  /** @param agree as that of a `Room` */
  constructor(agree?: (bytes: number) => number | undefined) {
    this.#room = new Room(KEPT_BYTES, agree);
    this.kamtNodes = new BlockValues<KamtNode>(this.#room);
  }

  /** Bytes of JavaScript's heap that it takes, about. */
  get bytes(): number {
    return this.#room.bytes;
  }

  /** Bytes that it may take. A lower limit takes effect at once. */
  get maxBytes(): number {
    return this.#room.maxBytes;
  }

  set maxBytes(maxBytes: number) {
    this.#room.maxBytes = maxBytes;
  }

  /** The nodes that all trees of a codec (the same object) and bit width share. */
  nodes<V>(codec: Codec<V>, bitWidth: number): BlockValues<HamtNode<V>> {
    let byWidth = this.#nodes.get(codec as never) as BlockValues<HamtNode<V>>[] | undefined;
    if (byWidth === undefined) {
      byWidth = [];
      this.#nodes.set(codec as never, byWidth as never);
    }
    byWidth[bitWidth] ??= new BlockValues(this.#room);
    return byWidth[bitWidth];
  }

  /** The values that were read with a decoder (the same object). They must never change. */
  values<V>(decoder: BlockDecoder<V>): BlockValues<V> {
    let values = this.#values.get(decoder) as BlockValues<V> | undefined;
    if (values === undefined) {
      values = new BlockValues<V>(this.#room);
      this.#values.set(decoder, values as BlockValues<unknown>);
    }
    return values;
  }

  /** Entries by key of the map with this root, as read with a codec (the same object), for machines on one state. */
  entries<V>(root: Cid, codec: Codec<V>): EntryValues<V> {
    let maps = this.#entries.get(codec as never) as BoundedMap<Cid, EntryValues<V>> | undefined;
    if (maps === undefined) {
      maps = new BoundedMap(CACHED_MAPS);
      this.#entries.set(codec as never, maps as never);
    }
    let entries = maps.get(root);
    if (entries === undefined) {
      entries = new EntryValues(this.#room);
      maps.set(root, entries);
    }
    return entries;
  }

  /** Forgets all of them; trees and machines keep what they hold themselves. */
  clear(): void {
    this.#room.clear();
    for (const maps of this.#entries.values()) maps.clear();
  }
}

/** This thread's decoded blocks, beside the shared block cache, with which they have a bound in common. */
export const sharedDecodedBlocks = new DecodedBlocks((bytes) => native.tellDecoded(bytes));
