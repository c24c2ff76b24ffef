import { resolve } from "node:path";
import { type Cid, checkCid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { isFlag, isText, optional, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import type { BlockstoreOptions } from "../blocks.js";
import type { ClosableBlockstore } from "../interface-blockstore.js";
import { checkName, isName, type StoreBatch } from "./batch.js";
import { openEnvironment } from "./environment.js";
import { MAX_CID_BYTES } from "./keys.js";
import { OpenStore } from "./open-store.js";
import type { KeyRange } from "./scan.js";

const GIB = 2 ** 30;
/** Far more than any state, and nothing of it is taken before it is needed. */
const DEFAULT_MAP_BYTES = 1024 * GIB;
/** A quarter of the address space that a process has. */
const MOST_MAP_BYTES = 2 ** 45;
const LEAST_MAP_BYTES = 2 ** 20;

/** Options of `LmdbBlockstore.open`. */
export interface LmdbOptions {
  /**
   * Bytes that the file may grow to: address space, neither memory nor disk. Default: 1 TiB. Processes under a limit
   * of address space (`ulimit -v`) need less.
   */
  readonly mapBytes?: number;
}

const OPTIONS: Checks<LmdbOptions> = {
  mapBytes: optional(within(LEAST_MAP_BYTES, MOST_MAP_BYTES, "a number of bytes")),
};

const RANGE: Checks<KeyRange<string>> = {
  from: optional(isName),
  to: optional(isName),
  reverse: optional(isFlag),
};

/** Sizes of an `LmdbBlockstore`. */
export interface LmdbStat {
  /** Number of blocks. */
  readonly blocks: number;
  /** Bytes of the pages that blocks take, with their keys. */
  readonly blockBytes: number;
  /** Number of named values. */
  readonly values: number;
  /** Bytes of the file. Pages that deleted blocks leave are used again; the file never shrinks. */
  readonly fileBytes: number;
  /** Bytes that it may grow to. */
  readonly mapBytes: number;
}

/** Named values of an `LmdbBlockstore`: heads, indexes, progress. Its `write` changes them, together with blocks. */
export interface StoreMeta {
  /**
   * The value with a name, the caller's own, or `undefined`.
   * Throws `FvmError` STORE_CLOSED, INVALID_OPTION; `HostFault` STORE_FAILED.
   */
  get(name: string): Uint8Array | undefined;
  /**
   * Names and values in the order of the names' UTF-8 bytes, of all or of a range. What is written meanwhile may or
   * may not be among them. Throws as `get`.
   */
  entries(range?: KeyRange<string>): AsyncGenerator<readonly [name: string, value: Uint8Array]>;
}

/**
 * Blocks and named values in a folder, in an LMDB database (npm's `lmdb`). Threads and processes may have it open at
 * the same time. Reads never wait; what is put is read at once, and is on disk when the promise resolves. Whatever
 * ends the process, what was reported written is there afterwards, and a batch is there whole or not at all.
 */
export class LmdbBlockstore implements ClosableBlockstore {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly meta: StoreMeta;
  readonly #store: OpenStore;

  private constructor(store: OpenStore) {
    this.folder = store.folder;
    this.#store = store;
    this.meta = new MetaOfStore(store);
  }

  /**
   * Opens the store in a folder, or makes one if the folder is empty or not there.
   * Throws `FvmError` INVALID_OPTION, INVALID_STORE; `HostFault` STORE_FULL if there is no room for a new one.
   */
  static async open(folder: string, options: LmdbOptions = {}): Promise<LmdbBlockstore> {
    checkOption("folder", folder, isText);
    const { mapBytes = DEFAULT_MAP_BYTES } = checkedOptionsOnly(options, OPTIONS);
    const path = resolve(folder);
    return new LmdbBlockstore(new OpenStore(path, await openEnvironment(path, mapBytes)));
  }

  /**
   * The block's bytes, the caller's own. Never a promise.
   * Throws `FvmError` STORE_CLOSED, INVALID_CID; `HostFault` STORE_FAILED.
   */
  get(cid: Cid): Uint8Array | undefined {
    checkLength(cid);
    return this.#store.blocks("get").get(cid);
  }

  /** Whether it has the block. Throws as `get`. */
  has(cid: Cid): boolean {
    checkLength(cid);
    return this.#store.blocks("has").has(cid);
  }

  /** The blocks among these that it lacks, as others have left it: cheaper than `has` for each. Throws as `get`. */
  lacking(cids: readonly Cid[]): Cid[] {
    for (const cid of cids) checkLength(cid);
    return this.#store.blocks("lacking").lacking(cids);
  }

  /** As `write`, of blocks. */
  putMany(blocks: Iterable<Block>, options?: BlockstoreOptions): Promise<void> {
    return this.write({ blocks }, options);
  }

  /** As `write`, of blocks to delete. */
  deleteMany(cids: Iterable<Cid>, options?: BlockstoreOptions): Promise<void> {
    return this.write({ deleted: cids }, options);
  }

  /**
   * Writes blocks and named values in one transaction. What it is given is copied at once, and what is read sees it
   * at once; it resolves when it is on disk. After an abort it may be written or not.
   *
   * Rejects with `FvmError` STORE_CHANGED if a value is not what is expected, and then nothing is written; STORE_CLOSED, INVALID_OPTION, INVALID_CID; `HostFault` STORE_FULL if the disk or the map
   * is, STORE_FAILED; the signal's reason.
   */
  write(batch: StoreBatch, options?: BlockstoreOptions): Promise<void> {
    return this.#store.write(batch, options?.signal);
  }

  /**
   * Its blocks in the order of their keys, in bounded memory. What is written meanwhile may or may not be among them.
   * Throws as `get`.
   *
   * @param from the CID to begin with
   */
  async *blocks(from?: Cid): AsyncGenerator<Block> {
    if (from !== undefined) checkCid(from);
    const blocks = this.#store.blocks("blocks");
    const entries = this.#store.scan("blocks", blocks, from === undefined ? {} : { from });
    for await (const { key, value } of entries) yield { cid: key, data: value };
  }

  /** Its sizes. What is still being written does not count. Throws `FvmError` STORE_CLOSED. */
  stat(): LmdbStat {
    const { root, blocks, meta } = this.#store.stats();
    const pages = blocks.treeBranchPageCount + blocks.treeLeafPageCount + blocks.overflowPages;
    return {
      blocks: blocks.entryCount,
      blockBytes: pages * blocks.pageSize,
      values: meta.entryCount,
      fileBytes: (root.lastPageNumber + 1) * root.pageSize,
      mapBytes: root.mapSize,
    };
  }

  /**
   * Copies the store into a new folder, without the room that deleted blocks have left; the folder is there when it is
   * whole. What is written meanwhile may or may not be in it.
   *
   * Rejects with `FvmError` STORE_CLOSED, INVALID_OPTION if the folder is there; `HostFault` STORE_FULL, STORE_FAILED.
   */
  copyTo(folder: string): Promise<void> {
    checkOption("folder", folder, isText);
    return this.#store.copyTo(folder);
  }

  /**
   * Takes what was read and written of the file out of the process's memory, where it counts although the system takes it
   * back when it needs room. Linux only. Throws `FvmError` STORE_CLOSED.
   */
  releasePages(): void {
    this.#store.releasePages();
  }

  /** Waits for what is being written, and closes the files. */
  close(): Promise<void> {
    return this.#store.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

class MetaOfStore implements StoreMeta {
  readonly #store: OpenStore;

  constructor(store: OpenStore) {
    this.#store = store;
  }

  get(name: string): Uint8Array | undefined {
    checkName(name);
    return this.#store.meta("get").get(name);
  }

  async *entries(range: KeyRange<string> = {}): AsyncGenerator<readonly [string, Uint8Array]> {
    const checked = checkedOptionsOnly(range, RANGE);
    const entries = this.#store.scan("entries", this.#store.meta("entries"), checked);
    for await (const { key, value } of entries) yield [key, value];
  }
}

/** Longer text would not fit into lmdb's buffers. All else is compared with what is there. */
function checkLength(cid: Cid): void {
  if (typeof cid !== "string" || cid.length === 0 || cid.length > MAX_CID_BYTES) checkCid(cid);
}
