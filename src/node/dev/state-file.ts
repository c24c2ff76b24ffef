import { constants, existsSync } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Blockstore } from "../../blockstore/blocks.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { CidSet } from "../../chain/store/cid-set.js";
import { reachableBlocks } from "../../chain/store/reachable.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { RAW } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { readCar } from "../../ipld/car/car.js";
import { type CarSource, carPieces, writeCarFile } from "../../ipld/car/write.js";
import { isIntact } from "../../ipld/intact.js";
import { native } from "../../native/index.js";
import { messageOf } from "../../util/kind-of.js";
import { type DevRecord, decodeRecord, encodeRecord } from "./dev-record.js";
import { MemoryDevStore } from "./dev-store.js";

/** Bytes that a dumped state may have when it is no longer compressed. */
const LONGEST_STATE = 2 ** 30;

/**
 * Writes a development chain to a file: a CAR whose root says how it goes on, and all blocks behind its head that the
 * blockstore has. The file is there when it is whole. Throws as `writeCarFile`.
 */
export async function writeStateFile(file: string, blockstore: Blockstore, record: DevRecord): Promise<void> {
  await withState(blockstore, record, (source) => writeCarFile(file, source));
}

/** The same in memory, compressed by gzip. Throws as `carPieces`. */
export async function dumpState(blockstore: Blockstore, record: DevRecord): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await withState(blockstore, record, async (source) => {
    for await (const piece of carPieces(source)) pieces.push(piece);
  });
  return promisify(gzip)(Buffer.concat(pieces));
}

/**
 * A chain as `writeStateFile` wrote it, in memory; a new one if there is no such file.
 *
 * @throws FvmError INVALID_OPTION if the file could not be written at the end; INVALID_STORE
 */
export async function readStateFile(file: string): Promise<MemoryDevStore> {
  await checkWritable(file);
  if (!existsSync(file)) return new MemoryDevStore();
  const car = await readFile(file);
  let blockstore: MemoryBlockstore;
  try {
    blockstore = MemoryBlockstore.fromCar(car);
  } catch (cause) {
    throw new FvmError(
      "INVALID_STORE",
      { store: file, reason: `it is no CAR: ${messageOf(cause)}` },
      { cause },
    );
  }
  return new MemoryDevStore(blockstore, recordIn(blockstore.roots, blockstore, file));
}

/**
 * A chain as `dumpState` gave it: its blocks, and how it goes on.
 *
 * @throws FvmError INVALID_CAR; INVALID_STORE, also beyond 1 GiB, or if a block is not what its CID says
 */
export async function loadState(data: Uint8Array): Promise<{ blocks: readonly Block[]; record: DevRecord }> {
  const name = "the state";
  let car: Uint8Array;
  try {
    car = await promisify(gunzip)(data, { maxOutputLength: LONGEST_STATE });
  } catch (cause) {
    throw new FvmError("INVALID_STORE", { store: name, reason: messageOf(cause) }, { cause });
  }
  const { roots, blocks } = readCar(car);
  for (const { cid, data } of blocks) {
    if (isIntact(cid, data) === true) continue;
    throw new FvmError("INVALID_STORE", { store: name, reason: `${cidText(cid)} is not the block's CID` });
  }
  const record = recordIn(roots, new MemoryBlockstore(blocks), name);
  return { blocks, record };
}

/** Throws `FvmError` INVALID_STORE. */
function recordIn([root]: readonly Cid[], blockstore: MemoryBlockstore, store: string): DevRecord {
  const data = root && blockstore.get(root);
  if (data === undefined) throw new FvmError("INVALID_STORE", { store, reason: "its root is not in it" });
  const record = decodeRecord(data, store);
  const lost = record.head.find((cid) => !blockstore.has(cid));
  if (lost === undefined) return record;
  throw new FvmError("INVALID_STORE", { store, reason: `its head ${cidText(lost)} is not in it` });
}

/** A chain must not be lost because its file turns out at the end to have no place. Throws `FvmError` INVALID_OPTION. */
async function checkWritable(file: string): Promise<void> {
  const refuse = (reason: string) => {
    throw new FvmError("INVALID_OPTION", { option: "state", reason });
  };
  if (existsSync(file) && !(await stat(file)).isFile()) refuse(`${file} is no file`);
  const folder = dirname(resolve(file));
  await access(folder, constants.W_OK).catch((cause) => refuse(`${folder}: ${messageOf(cause)}`));
}

async function withState(
  blockstore: Blockstore,
  record: DevRecord,
  use: (source: CarSource) => Promise<void>,
): Promise<void> {
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
    await use({ roots: [root.cid], blocks: blocks() });
  } finally {
    await seen.close();
  }
}
