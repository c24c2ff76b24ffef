import { HostFault } from "../errors.js";
import { native } from "../native/index.js";
import { BoundedMap } from "../util/bounded-map.js";
import { latin1Bytes } from "../util/bytes.js";
import type { Codec } from "./cbor.js";
import type { Cid } from "./cid.js";
import { SHA2_256 } from "./codecs.js";
import type { HamtNode } from "./hamt-node.js";

/** Least number of entries that are kept: tens of megabytes altogether. */
const CACHED_NODES = 8_192;
const CACHED_HASHES = 8_192;

export type NodeCache<V> = BoundedMap<Cid, HamtNode<V>>;

/**
 * Decoded nodes, by CID. They go with a block cache and mean the same for machines that share it: a node
 * that one of them has decoded in this thread counts as known to the others, and their stores are not
 * asked for its block.
 */
export class HamtNodes {
  // Decoded nodes carry decoded values, so trees share them only if they read values alike.
  readonly #caches = new Map<Codec<never>, NodeCache<never>[]>();

  /** The nodes that all trees of a codec (the same object) and bit width share. */
  of<V>(codec: Codec<V>, bitWidth: number): NodeCache<V> {
    let byWidth = this.#caches.get(codec as never) as NodeCache<V>[] | undefined;
    if (byWidth === undefined) {
      byWidth = [];
      this.#caches.set(codec as never, byWidth as never);
    }
    byWidth[bitWidth] ??= new BoundedMap(CACHED_NODES);
    return byWidth[bitWidth];
  }

  /** What trees hold themselves stays. */
  clear(): void {
    for (const byWidth of this.#caches.values()) for (const cache of byWidth) cache?.clear();
  }
}

/** Those of this thread that go with the shared block cache. */
export const sharedHamtNodes = new HamtNodes();

const hashes = new BoundedMap<string, Uint8Array>(CACHED_HASHES);

/** SHA-256 of a latin1 key. */
export function hashOf(key: string): Uint8Array {
  let hash = hashes.get(key);
  if (hash === undefined) {
    hash = native.hash(SHA2_256, latin1Bytes(key));
    if (hash === undefined) throw new HostFault("BROKEN_INVARIANT", { text: "no SHA-256 in the addon" });
    hashes.set(key, hash);
  }
  return hash;
}
