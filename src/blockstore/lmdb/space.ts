/** Room that a write may need, and why it failed. */
import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { HostFault } from "../../errors.js";
import { messageOf } from "../../util/kind-of.js";
import { codeOf } from "../../util/node-error.js";
import type { Changes, CheckedBatch } from "./batch.js";
import { DATA_FILE } from "./data-file.js";
import type { Environment } from "./environment.js";

/** LMDB's table of readers and locks, beside the data file. */
const LOCK_FILE = "lock.mdb";
/** Fewer free bytes than this are a full disk: LMDB says that a write failed, and not why. */
const FULL_DISK = 1024 * 1024;
/** Pages for what no entry takes: roots, and the list of pages that are free. */
const FIXED_PAGES = 64;
/** Leaves that an entry may add: its own, and one that is split for it. */
const LEAVES_PER_ENTRY = 2;
/** Pages from the root to a leaf of the largest tree that fits into a map. */
const MAX_DEPTH = 12;

/** Keeps batches from growing an environment's map. */
export class MapGuard {
  readonly #store: string;
  readonly #pageSize: number;
  readonly #mapSize: number;

  constructor(store: string, { pageSize, mapSize }: Environment) {
    this.#store = store;
    this.#pageSize = pageSize;
    this.#mapSize = mapSize;
  }

  /**
   * Throws `HostFault` STORE_FULL if the map may have to grow: lmdb would make a second one beside it, and does not
   * survive it if there is no address space left.
   *
   * @param others bytes by which the file may grow for batches that are being written
   * @returns bytes by which it may grow for this one
   */
  check({ blocks, meta }: CheckedBatch, others: number): number {
    // Not lmdb's statistics: in a thread that is being terminated, making objects for them ends the process.
    const { size } = statSync(join(this.#store, DATA_FILE));
    const added = this.#added(blocks) + this.#added(meta) + FIXED_PAGES;
    // A page is copied before it is changed, and freed pages are of use only later.
    const copied = Math.min((blocks.length + meta.length) * MAX_DEPTH, size / this.#pageSize);
    const growth = (added + copied) * this.#pageSize;
    const needed = size + others + growth;
    if (needed <= this.#mapSize) return growth;
    const reason = `it may need ${needed} bytes, and mapBytes are ${this.#mapSize}`;
    throw new HostFault("STORE_FULL", { store: this.#store, reason });
  }

  #added(changes: Changes<unknown>): number {
    const values = changes.reduce(
      (sum, [, value]) => sum + Math.ceil((value?.length ?? 0) / this.#pageSize),
      0,
    );
    return values + changes.length * LEAVES_PER_ENTRY;
  }
}

/**
 * Throws `HostFault` STORE_FULL if the disk has no room for the lock file of a new environment: LMDB maps it, and a page
 * that the disk has no room for would be a bus error.
 */
export async function checkRoomForLock(folder: string): Promise<void> {
  const { blocks } = statSync(join(folder, LOCK_FILE), { throwIfNoEntry: false }) ?? { blocks: 0 };
  const free = blocks > 0 ? Number.POSITIVE_INFINITY : await freeBytes(folder);
  if (free < FULL_DISK) throw fullDisk(folder, free);
}

/** The error of a write, as a fault of the host. */
export async function writeFault(store: string, error: unknown): Promise<HostFault> {
  const cause = await causeOf(error);
  const free = await freeBytes(store);
  if (codeOf(cause) !== undefined && free < FULL_DISK) {
    return fullDisk(store, free, cause);
  }
  return new HostFault("STORE_FAILED", { store, operation: "write", reason: messageOf(cause) }, { cause });
}

function fullDisk(store: string, free: number, cause?: unknown): HostFault {
  return new HostFault("STORE_FULL", { store, reason: `${free} bytes are free on the disk` }, { cause });
}

/** lmdb rejects with an error that has the promise of the one that matters. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  return commitError === undefined ? error : commitError.catch((cause: unknown) => cause);
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
