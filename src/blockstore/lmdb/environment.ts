/** Opening an LMDB environment that is a store of ours. */
import { mkdir, readdir } from "node:fs/promises";
import type { Database, DatabaseOptions, RootDatabase, RootDatabaseOptions } from "lmdb";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { messageOf } from "../../util/kind-of.js";
import { freeAddressSpace } from "./address-space.js";
import { DATA_FILE, flawOfDataFile } from "./data-file.js";
import { cidKeys, type KeyEncoder, nameKeys } from "./keys.js";
import { checkRoomForLock } from "./space.js";

/** Grows with changes that older versions of this package cannot read. */
const FORMAT = 1;
/** Table of what the store says of itself. */
const ABOUT = "fvm-node";
const FORMAT_KEY = "format";
/** Slots for readers in the lock file, 64 bytes each: one per thread that has the store open. */
const MAX_READERS = 1024;

/** The parts of a store. */
export interface Environment {
  readonly root: RootDatabase<Buffer, string>;
  readonly blocks: Database<Buffer, Cid>;
  readonly meta: Database<Buffer, string>;
  readonly pageSize: number;
  readonly mapSize: number;
}

/** Statistics that lmdb has of a database and its environment; its own type is empty. */
export interface LmdbStats {
  readonly pageSize: number;
  readonly entryCount: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
  readonly mapSize: number;
  readonly lastPageNumber: number;
}

export function statsOf(database: Database): LmdbStats {
  return database.getStats() as LmdbStats;
}

/**
 * Opens the store in a folder, or makes one in a folder that is empty or not there.
 * Throws `FvmError` INVALID_STORE; `HostFault` STORE_FULL if there is no room for a new one.
 */
export async function openEnvironment(folder: string, mapBytes: number): Promise<Environment> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new FvmError("INVALID_STORE", { store: folder, reason }, { cause });
  };
  try {
    const flaw = (await flawOfFolder(folder)) ?? (await flawOfMap(mapBytes));
    if (flaw !== undefined) return refuse(flaw);
  } catch (error) {
    if (error instanceof FvmError) throw error;
    return refuse(messageOf(error), error);
  }
  await checkRoomForLock(folder);
  const { open } = await import("lmdb");
  let root: RootDatabase<Buffer, string>;
  try {
    root = open(folder, environmentOptions(mapBytes));
  } catch (cause) {
    return refuse(messageOf(cause), cause);
  }
  const flaw = prepareFormat(root);
  if (flaw === undefined) {
    const { pageSize, mapSize } = statsOf(root);
    const tables = {
      blocks: openTable(root, "blocks", cidKeys),
      meta: openTable(root, "meta", nameKeys, { useVersions: true }),
    };
    return { root, ...tables, pageSize, mapSize };
  }
  await root.close();
  return refuse(flaw);
}

function environmentOptions(mapSize: number): RootDatabaseOptions {
  return {
    // Otherwise a folder with a dot in its name would be taken for a file.
    ...{ noSubdir: false, maxDbs: 4, maxReaders: MAX_READERS, mapSize },
    encoding: "binary",
    // A commit is on disk when it is told to be: two orders of flushing would be one more than anybody can test.
    overlappingSync: false,
    // Only what `batch` encloses is one transaction, and none is begun before its batch is complete: a thread that
    // ended in the middle of one would keep the lock for ever.
    ...{ eventTurnBatching: false, batchStartThreshold: Number.MAX_SAFE_INTEGER },
  } as RootDatabaseOptions;
}

/** A folder with files of others in it is none that anybody wants blocks in. */
async function flawOfFolder(folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const flaw = await flawOfDataFile(folder);
  if (flaw !== undefined) return flaw;
  const names = await readdir(folder);
  if (names.length === 0 || names.includes(DATA_FILE)) return undefined;
  return `the folder has other files and no ${DATA_FILE}`;
}

async function flawOfMap(mapBytes: number): Promise<string | undefined> {
  const free = await freeAddressSpace();
  if (free === undefined || mapBytes < free) return undefined;
  return `mapBytes ${mapBytes} are more than the ${free} bytes of address space that the process may still take`;
}

/** Marks a new store, and says why another one is not ours to use. */
function prepareFormat(root: RootDatabase<Buffer, string>): string | undefined {
  // Without `create` it is undefined if there is none, whatever its type says.
  const existing: Database<Buffer, string> | undefined = openTable(root, ABOUT, nameKeys, { create: false });
  if (existing === undefined && statsOf(root).entryCount > 0)
    return "it is an LMDB environment of other software";
  const about = existing ?? openTable(root, ABOUT, nameKeys);
  const written = about.getBinary(FORMAT_KEY);
  if (written === undefined) {
    about.putSync(FORMAT_KEY, Buffer.from(String(FORMAT)));
    return undefined;
  }
  const format = Number(written.toString());
  return format <= FORMAT ? undefined : `its format ${format} is newer than this version's, ${FORMAT}`;
}

function openTable<K extends string>(
  root: RootDatabase<Buffer, string>,
  name: string,
  keyEncoder: KeyEncoder<K>,
  more: object = {},
): Database<Buffer, K> {
  const options: DatabaseOptions & { keyEncoder: KeyEncoder<K> } = {
    encoding: "binary",
    keyEncoder,
    ...more,
  };
  return root.openDB<Buffer, K>(name, options);
}
