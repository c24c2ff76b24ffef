/** The stores that are measured. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Blockstore } from "#src/blockstore/blocks.js";
import { CarBlockstore } from "#src/blockstore/car/car-blockstore.js";
import { LmdbBlockstore } from "#src/blockstore/lmdb/lmdb-blockstore.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import type { Block } from "#src/ipld/block-access.js";
import { openCar } from "#src/ipld/car/stream.js";
import { writeCarFile } from "#src/ipld/car/write.js";

const BATCH = 1000;

export interface Contender {
  readonly name: string;
  /** Puts the blocks where `open` finds them. */
  put(blocks: readonly Block[], folder: string): Promise<void>;
  open(folder: string): Promise<Blockstore>;
  /** All blocks, in the store's order. */
  scan(store: Blockstore, folder: string): Promise<AsyncIterable<Block> | Iterable<Block>>;
  fileBytes(folder: string): number;
}

const carFile = (folder: string) => join(folder, "blocks.car");
/** Filled by `put`, because it cannot be opened again. */
let memory = new MemoryBlockstore();

async function putInBatches(blocks: readonly Block[], folder: string): Promise<void> {
  await using store = await LmdbBlockstore.open(folder);
  for (let i = 0; i < blocks.length; i += BATCH) await store.putMany(blocks.slice(i, i + BATCH));
}

const lmdb: Omit<Contender, "name" | "put"> = {
  open: (folder) => LmdbBlockstore.open(folder),
  scan: async (store) => (store as LmdbBlockstore).blocks(),
  fileBytes: (folder) => statSync(join(folder, "data.mdb")).size,
};

export const contenders: readonly Contender[] = [
  {
    name: "memory",
    put: async (blocks) => {
      memory = new MemoryBlockstore();
      for (let i = 0; i < blocks.length; i += BATCH) memory.putMany(blocks.slice(i, i + BATCH));
    },
    open: async () => memory,
    scan: async () => memory,
    fileBytes: () => 0,
  },
  { name: "lmdb, random order", put: putInBatches, ...lmdb },
  {
    name: "lmdb, in order of CIDs",
    put: (blocks, folder) =>
      putInBatches(
        blocks.toSorted((a, b) => (a.cid < b.cid ? -1 : 1)),
        folder,
      ),
    ...lmdb,
  },
  {
    name: "CAR file in place",
    put: (blocks, folder) => writeCarFile(carFile(folder), { roots: [], blocks }),
    open: (folder) => CarBlockstore.open(carFile(folder)),
    scan: async (_, folder) => (await openCar(carFile(folder))).blocks,
    fileBytes: (folder) => statSync(carFile(folder)).size,
  },
];
