/** Data structures on a blockstore, for those who have no machine. */
import type { Cid } from "../encoding/cid.js";
import { checkCid, cidText } from "../encoding/cid.js";
import { FvmError, HostFault } from "../errors.js";
import { type BlockAccess, BlockNotFound } from "../ipld/block-access.js";
import { retrying } from "../ipld/retrying.js";
import { throwIfAborted } from "../util/abort.js";
import { finish, forgetPromise, promiseOf, type Waits } from "../util/waits.js";
import { BlockCache, cacheParts } from "./block-cache.js";
import { Blocks, type Blockstore } from "./blocks.js";

/** Options of `readBlocks` and `writeBlocks`. */
export interface BlockAccessOptions {
  /** Where blocks are kept in memory. Default: `BlockCache.shared`. */
  readonly blockCache?: BlockCache;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/**
 * The result of a function that reads data structures on a blockstore, synchronous or not:
 *
 *     const balance = await readBlocks(store, (blocks) => Hamt.load(blocks, root, tokenCodec).get(key));
 *
 * @param read synchronous. It is called again whenever a block that it needs has arrived, which it learns by a
 * thrown `MissingBlock`: so it should do nothing else, and let that pass. What it returns must be finished: an
 * array of a HAMT's entries, not the HAMT
 * @throws what `read` throws; `FvmError` INVALID_OPTION if it returns a promise, STORE_CLOSED if its blocks are used
 * later; `HostFault` BLOCK_NOT_FOUND, BLOCKSTORE_FAILED, CORRUPT_BLOCK; the signal's reason
 */
export async function readBlocks<T>(
  store: Blockstore,
  read: (blocks: BlockAccess) => T,
  { blockCache, signal }: BlockAccessOptions = {},
): Promise<T> {
  throwIfAborted(signal);
  return onBlocks(store, blockCache, signal, (_, access) =>
    finish(
      retrying(() => atOnce("read", read(access))),
      signal,
    ),
  );
}

/**
 * As `readBlocks`, for work of many steps: each is made again by itself, and nothing before it.
 *
 * @param work its blocks must not be used later. What it yields is awaited
 */
export async function walkBlocks<T>(
  store: Blockstore,
  work: (blocks: Blocks) => Waits<T>,
  { blockCache, signal }: BlockAccessOptions = {},
): Promise<T> {
  throwIfAborted(signal);
  return onBlocks(store, blockCache, signal, (blocks) => finish(work(blocks), signal));
}

/**
 * Stores the data structures that a function makes: the blocks that are reachable from the root that it returns
 * and were not there before.
 *
 * @param write synchronous; called again as `read` of `readBlocks`: it begins with what is stored
 * @returns the root
 * @throws as `readBlocks`, and `FvmError` INVALID_CID
 */
export async function writeBlocks(
  store: Blockstore,
  write: (blocks: BlockAccess) => Cid,
  { blockCache, signal }: BlockAccessOptions = {},
): Promise<Cid> {
  throwIfAborted(signal);
  return onBlocks(store, blockCache, signal, async (blocks, access) => {
    const root = await finish(
      retrying(() => atOnce("write", write(access))),
      signal,
    );
    checkCid(root);
    await blocks.flush(root, "current");
    return root;
  });
}

async function onBlocks<T>(
  store: Blockstore,
  cache: BlockCache | undefined,
  signal: AbortSignal | undefined,
  act: (blocks: Blocks, access: BlockAccess) => Promise<T>,
): Promise<T> {
  const { lendBuffer, giveBack, decoded } = cacheParts(cache ?? BlockCache.shared);
  const buffer = lendBuffer();
  const blocks = new Blocks(buffer, store, decoded);
  blocks.signal = signal;
  const access = new ScopedAccess(blocks);
  try {
    return await act(blocks, access);
  } catch (error) {
    throw error instanceof BlockNotFound
      ? new HostFault("BLOCK_NOT_FOUND", { cid: cidText(error.cid) })
      : error;
  } finally {
    access.close();
    giveBack(buffer);
  }
}

/** Blocks as long as the function runs that they were lent to: what is read later could not wait for a block. */
class ScopedAccess implements BlockAccess {
  readonly decoded;
  #blocks: Blocks | undefined;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
    this.decoded = blocks.decoded;
  }

  get(cid: Cid): Uint8Array {
    return this.#open("get").get(cid);
  }

  put(codec: number, data: Uint8Array | string): Cid {
    return this.#open("put").put(codec, data);
  }

  close(): void {
    this.#blocks = undefined;
  }

  #open(operation: string): Blocks {
    if (this.#blocks === undefined) throw new FvmError("STORE_CLOSED", { operation, store: "lent blocks" });
    return this.#blocks;
  }
}

/** Throws `FvmError` INVALID_OPTION if it is a promise. */
function atOnce<T>(option: string, result: T): T {
  if (promiseOf(result) === undefined) return result;
  forgetPromise(result);
  throw new FvmError("INVALID_OPTION", { option, reason: "it returns a promise; it has to be synchronous" });
}
