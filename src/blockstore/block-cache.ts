import { DecodedBlocks, sharedDecodedBlocks } from "../ipld/decoded-blocks.js";
import type { NativeBlockCache, NativeBlocks } from "../native/addon.js";
import { native } from "../native/index.js";
import { isCount } from "../util/check.js";
import { checkOption } from "../util/options.js";

/** Parts that a machine's blocks are built over. */
export interface CacheParts {
  /** A new write buffer over the cache. */
  newBuffer(): NativeBlocks;
  /** A write buffer for a while: an empty one, that `giveBack` takes. */
  lendBuffer(): NativeBlocks;
  giveBack(buffer: NativeBlocks): void;
  readonly decoded: DecodedBlocks;
}

/** Buffers that wait to be lent again: making one takes as long as a short look into a state. */
const MAX_SPARES = 8;

let partsOf: (cache: BlockCache) => CacheParts;
let idOf: (cache: BlockCache) => number;
let attach: (id: number) => BlockCache | undefined;
let shared: BlockCache | undefined;

/**
 * Blocks that machines have read from their blockstores, each checked against its CID; the oldest that were
 * not used again go first. A machine does not ask its blockstore for what is in its cache, whichever machine brought
 * it there. So machines share one unless the absence of a block from a store must show.
 */
export class BlockCache {
  readonly #native: NativeBlockCache;
  readonly #parts: CacheParts;

  private constructor(cache: NativeBlockCache, decoded: DecodedBlocks) {
    this.#native = cache;
    const spares: NativeBlocks[] = [];
    const newBuffer = () => native.blocks(cache);
    this.#parts = {
      newBuffer,
      lendBuffer: () => spares.pop() ?? newBuffer(),
      giveBack: (buffer) => {
        buffer.clear();
        if (spares.length < MAX_SPARES) spares.push(buffer);
      },
      decoded,
    };
  }

  /**
   * A cache for machines of this thread. Its blocks are outside of JavaScript's heap: `clear` releases them
   * long before the garbage collector would.
   *
   * @param maxBytes of the blocks in it
   * @throws FvmError INVALID_OPTION
   */
  static create(maxBytes: number): BlockCache {
    checkBytes(maxBytes);
    return new BlockCache(native.blockCache(maxBytes), new DecodedBlocks());
  }

  /** The one of all machines that are given none, in all threads of the process. 256 MiB unless changed. */
  static get shared(): BlockCache {
    shared ??= new BlockCache(native.blockCache(), sharedDecodedBlocks);
    return shared;
  }

  /** Bytes of the blocks in it. */
  get bytes(): number {
    return this.#native.bytes;
  }

  /** Bytes that it may hold. A lower limit takes effect at once. */
  get maxBytes(): number {
    return this.#native.limit;
  }

  set maxBytes(maxBytes: number) {
    checkBytes(maxBytes);
    this.#native.limit = maxBytes;
  }

  /** Bytes of this thread's heap that decoded blocks and actors take beside it, about. */
  get decodedBytes(): number {
    return this.#parts.decoded.bytes;
  }

  /** Bytes that they may take: 64 MiB unless changed. A lower limit takes effect at once. */
  get maxDecodedBytes(): number {
    return this.#parts.decoded.maxBytes;
  }

  set maxDecodedBytes(maxBytes: number) {
    checkOption("maxDecodedBytes", maxBytes, isCount);
    this.#parts.decoded.maxBytes = maxBytes;
  }

  /** Forgets all blocks, and what this thread has decoded; what machines hold themselves stays. */
  clear(): void {
    this.#native.clear();
    this.#parts.decoded.clear();
  }

  /** Whether it is one, also of a sort that only looks like it. */
  static is(value: unknown): value is BlockCache {
    return typeof value === "object" && value !== null && #native in value;
  }

  static {
    // Not for users: what it hides changes with the addon.
    partsOf = (cache) => cache.#parts;
    idOf = (cache) => cache.#native.id;
    attach = (id) => {
      if (id === idOf(BlockCache.shared)) return BlockCache.shared;
      const found = native.blockCacheOf(id);
      return found && new BlockCache(found, new DecodedBlocks());
    };
  }
}

/** The parts of a cache that a new machine needs. */
export function cacheParts(cache: BlockCache): CacheParts {
  return partsOf(cache);
}

/**
 * The number by which `attachCache` finds the cache in other threads of the process.
 *
 * @internal
 */
export function shareCache(cache: BlockCache): number {
  return idOf(cache);
}

/**
 * The cache of another thread in this one, with decoded values of its own; undefined if nobody there holds it any more.
 * Each call makes another object, except of the shared one.
 *
 * @internal
 */
export function attachCache(id: number): BlockCache | undefined {
  return attach(id);
}

function checkBytes(maxBytes: number): void {
  checkOption("maxBytes", maxBytes, isCount);
}
