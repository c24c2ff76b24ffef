import type { Blockstore } from "#src/blockstore/blocks.js";
import type { Cid } from "#src/encoding/cid.js";
import type { Block } from "#src/ipld/block-access.js";
import { bytesEqual } from "#src/util/bytes.js";
import { BenchError } from "../bench-error.js";
import type { Contender } from "./contenders.js";
import { absentCids } from "./random-blocks.js";

export interface StoreResult {
  readonly name: string;
  /** CPU time per block, of all threads. */
  readonly micros: Readonly<Record<"put" | "open" | "get" | "miss" | "scan", number>>;
  readonly fileBytesPerBlock: number;
}

/** Steps that are far apart: no neighbour of a block is read after it. Prime, so that all are met. */
const STRIDE = 7_368_787;

/** Measures a store, and compares what it gives with what it was given. */
export async function measureStore(
  contender: Contender,
  blocks: readonly Block[],
  folder: string,
): Promise<StoreResult> {
  const perBlock = async (work: () => Promise<void>) => (await cpuMicros(work)) / blocks.length;
  const put = await perBlock(() => contender.put(blocks, folder));
  let store: Blockstore | undefined;
  const open = await perBlock(async () => {
    store = await contender.open(folder);
  });
  if (store === undefined) throw new BenchError(`${contender.name} was not opened`);
  const opened = store;
  const get = await perBlock(async () => checkAll(contender.name, opened, blocks));
  const absent = absentCids(blocks.length);
  const miss = await perBlock(async () => checkAbsent(contender.name, opened, absent));
  const scan = await perBlock(() => checkScan(contender, opened, blocks, folder));
  await store.close?.();
  const fileBytesPerBlock = contender.fileBytes(folder) / blocks.length;
  return { name: contender.name, micros: { put, open, get, miss, scan }, fileBytesPerBlock };
}

async function cpuMicros(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function checkAll(name: string, store: Blockstore, blocks: readonly Block[]): void {
  for (let n = 0, i = 0; n < blocks.length; n++, i = (i + STRIDE) % blocks.length) {
    const { cid, data } = blocks[i] as Block;
    const found = store.get(cid);
    if (!(found instanceof Uint8Array) || !bytesEqual(found, data))
      throw new BenchError(`${name}: block ${i} is another one`);
  }
}

function checkAbsent(name: string, store: Blockstore, cids: readonly Cid[]): void {
  for (const cid of cids)
    if (store.get(cid) !== undefined) throw new BenchError(`${name}: it has a block too many`);
}

async function checkScan(
  { name, scan }: Contender,
  store: Blockstore,
  blocks: readonly Block[],
  folder: string,
): Promise<void> {
  let count = 0;
  let bytes = 0;
  for await (const { data } of await scan(store, folder)) {
    count++;
    bytes += data.length;
  }
  const expected = blocks.reduce((sum, { data }) => sum + data.length, 0);
  if (count !== blocks.length || bytes !== expected)
    throw new BenchError(`${name}: other blocks than were put`);
}
