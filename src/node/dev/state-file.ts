import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Blockstore } from "../../blockstore/blocks.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { CidSet } from "../../chain/store/cid-set.js";
import { reachableBlocks } from "../../chain/store/reachable.js";
import { RAW } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { writeCarFile } from "../../ipld/car/write.js";
import { native } from "../../native/index.js";
import { type DevRecord, decodeRecord, encodeRecord } from "./dev-record.js";
import { MemoryDevStore } from "./dev-store.js";

/**
 * Writes a development chain to a file: a CAR whose root says how it goes on, and all blocks behind its head that the
 * blockstore has. The file is there when it is whole. Throws as `writeCarFile`.
 */
export async function writeStateFile(file: string, blockstore: Blockstore, record: DevRecord): Promise<void> {
  const data = encodeRecord(record);
  const root = { cid: native.cidOf(RAW, data), data };
  const seen = CidSet.temporary();
  async function* blocks(): AsyncGenerator<Block> {
    yield root;
    for (const cid of record.head) {
      yield* reachableBlocks(blockstore, cid, { seen, onMissing: () => undefined, signal: undefined });
    }
  }
  try {
    await writeCarFile(file, { roots: [root.cid], blocks: blocks() });
  } finally {
    await seen.close();
  }
}

/**
 * A chain as `writeStateFile` wrote it, in memory; a new one if there is no such file.
 *
 * @throws FvmError INVALID_CAR, INVALID_STORE
 */
export async function readStateFile(file: string): Promise<MemoryDevStore> {
  if (!existsSync(file)) return new MemoryDevStore();
  const blockstore = MemoryBlockstore.fromCar(await readFile(file));
  const [root] = blockstore.roots;
  const data = root && blockstore.get(root);
  if (data === undefined)
    throw new FvmError("INVALID_STORE", { store: file, reason: "its root is not in it" });
  return new MemoryDevStore(blockstore, decodeRecord(data, file));
}
