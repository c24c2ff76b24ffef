/** Data structures on a blockstore, for those who have no machine. */
import type { Cid } from "../encoding/cid.js";
import { cidText } from "../encoding/cid.js";
import { HostFault } from "../errors.js";
import type { BlockAccess } from "../ipld/block-access.js";
import { BlockNotFound } from "../ipld/block-access.js";
import { retrying } from "../ipld/retrying.js";
import { throwIfAborted } from "../util/abort.js";
import { finish } from "../util/waits.js";
import { BlockCache, cacheParts } from "./block-cache.js";
import { Blocks, type Blockstore } from "./blocks.js";

export interface BlockAccessOptions {
  /** Where blocks are kept in memory. Default: `BlockCache.shared`. */
  readonly blockCache?: BlockCache;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/**
 * What a function finds out about data structures on a blockstore, synchronous or not:
 *
 *     const balance = await readBlocks(store, (blocks) => Hamt.load(blocks, root, tokenCodec).get(key));
 *
 * @param read is called again whenever a block that it needs has arrived, so it should do nothing else
 * @throws what `read` throws; `HostFault` BLOCK_NOT_FOUND, BLOCKSTORE_FAILED, CORRUPT_BLOCK; the signal's reason
 */
export async function readBlocks<T>(
  store: Blockstore,
  read: (blocks: BlockAccess) => T,
  { blockCache, signal }: BlockAccessOptions = {},
): Promise<T> {
  throwIfAborted(signal);
  return onBlocks(store, blockCache, signal, (blocks) =>
    finish(
      retrying(() => read(blocks)),
      signal,
    ),
  );
}

/**
 * Stores the data structures that a function makes: the blocks that are reachable from the root that it returns
 * and were not there before.
 *
 * @param write is called again whenever a block that it needs has arrived: it begins with what is stored
 * @returns the root
 * @throws as `readBlocks`
 */
export async function writeBlocks(
  store: Blockstore,
  write: (blocks: BlockAccess) => Cid,
  { blockCache, signal }: BlockAccessOptions = {},
): Promise<Cid> {
  throwIfAborted(signal);
  return onBlocks(store, blockCache, signal, async (blocks) => {
    const root = await finish(
      retrying(() => write(blocks)),
      signal,
    );
    await blocks.flush(root, "current");
    return root;
  });
}

async function onBlocks<T>(
  store: Blockstore,
  cache: BlockCache | undefined,
  signal: AbortSignal | undefined,
  act: (blocks: Blocks) => Promise<T>,
): Promise<T> {
  const { newBuffer, decoded } = cacheParts(cache ?? BlockCache.shared);
  const buffer = newBuffer();
  const blocks = new Blocks(buffer, store, decoded);
  blocks.signal = signal;
  try {
    return await act(blocks);
  } catch (error) {
    throw error instanceof BlockNotFound
      ? new HostFault("BLOCK_NOT_FOUND", { cid: cidText(error.cid) })
      : error;
  } finally {
    buffer.clear();
  }
}
