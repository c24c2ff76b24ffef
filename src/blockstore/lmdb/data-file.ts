/** A look at LMDB's data file before LMDB maps it: what it would not survive is an error here. */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../../util/node-error.js";

export const DATA_FILE = "data.mdb";

// Offsets of LMDB's structures of 64 bits, data version 2 (liblmdb/mdb.c: MDB_page, MDB_meta).
const PAGE_HEADER_BYTES = 24;
const META_BYTES = 136;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const AT = { magic: 0, version: 4, pageSize: 24, lastPage: 120, transaction: 128 };
const LEAST_PAGE = 512;
const LARGEST_PAGE = 65_536;

interface MetaPage {
  readonly pageSize: number;
  /** Number of the last page in use. */
  readonly lastPage: number;
  readonly transaction: bigint;
}

/** Why LMDB cannot use the data file in a folder; `undefined` if it can, or if there is none yet. */
export async function flawOfDataFile(folder: string): Promise<string | undefined> {
  let file: FileHandle;
  try {
    file = await open(join(folder, DATA_FILE), "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    return await flawOf(file);
  } finally {
    await file.close();
  }
}

async function flawOf(file: FileHandle): Promise<string | undefined> {
  if ((await file.stat()).size === 0) return undefined;
  const first = await readMeta(file, 0);
  if (typeof first === "string") return first;
  const second = await readMeta(file, first.pageSize);
  if (typeof second === "string") return second;
  const { lastPage, pageSize } = second.transaction > first.transaction ? second : first;
  const needed = (lastPage + 1) * pageSize;
  // A page behind the end would be a bus error. Asked last: others may be writing, and files only grow.
  const { size } = await file.stat();
  return needed <= size ? undefined : `${DATA_FILE} is cut off: ${size} of ${needed} bytes`;
}

async function readMeta(file: FileHandle, offset: number): Promise<MetaPage | string> {
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(META_BYTES),
    0,
    META_BYTES,
    offset + PAGE_HEADER_BYTES,
  );
  if (bytesRead < META_BYTES || buffer.readUInt32LE(AT.magic) !== MAGIC) return `${DATA_FILE} is not LMDB's`;
  const version = buffer.readUInt16LE(AT.version);
  if (version !== DATA_VERSION) return `${DATA_FILE} has LMDB's data version ${version}, not ${DATA_VERSION}`;
  const pageSize = buffer.readUInt32LE(AT.pageSize);
  const isPageSize = pageSize >= LEAST_PAGE && pageSize <= LARGEST_PAGE && (pageSize & (pageSize - 1)) === 0;
  if (!isPageSize) return `${DATA_FILE} has pages of ${pageSize} bytes`;
  return {
    pageSize,
    lastPage: Number(buffer.readBigUInt64LE(AT.lastPage)),
    transaction: buffer.readBigUInt64LE(AT.transaction),
  };
}
