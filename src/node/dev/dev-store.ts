import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Blockstore } from "../../blockstore/blocks.js";
import { DATA_FILE } from "../../blockstore/lmdb/data-file.js";
import { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { type DevRecord, decodeRecord, encodeRecord } from "./dev-record.js";
import type { EntryChanges } from "./kept-entries.js";

/** A place where a development chain is kept. */
export interface DevStore {
  readonly blockstore: Blockstore;
  /** The chain that is there. */
  readonly record: DevRecord | undefined;
  /** Other named values; undefined: it keeps none. */
  readonly entries: ReadonlyMap<string, Uint8Array> | undefined;
  /** Keeps what has been put since, how the chain goes on, and other values, all together. */
  save(record: DevRecord, changes: EntryChanges): Promise<void>;
  close(): Promise<void>;
}

const RECORD = "dev/chain";
const ENTRY = "dev/entry/";
/** The first name after all that begin with `ENTRY`. */
const AFTER_ENTRIES = "dev/entry0";

/** A chain that is gone with the process, of blocks that may be there from the beginning. */
export class MemoryDevStore implements DevStore {
  readonly entries = undefined;

  constructor(
    readonly blockstore: MemoryBlockstore = new MemoryBlockstore(),
    public record: DevRecord | undefined = undefined,
  ) {}

  async save(record: DevRecord): Promise<void> {
    this.record = record;
  }

  async close(): Promise<void> {}
}

/**
 * A chain in a folder. Blocks are in memory until the chain has gone on, and are then written in one transaction with
 * what says so: so whatever ends the process, the folder has a whole chain.
 */
export class FolderDevStore implements DevStore {
  readonly blockstore: PendingBlocks;

  private constructor(
    private readonly folder: string,
    private readonly database: LmdbBlockstore,
    readonly record: DevRecord | undefined,
    readonly entries: Map<string, Uint8Array>,
    /** The record as this process has read or written it last. */
    private kept: Uint8Array | undefined,
  ) {
    this.blockstore = new PendingBlocks(database);
  }

  /**
   * Opens a folder, or makes one.
   *
   * @throws FvmError INVALID_STORE, also if the folder has another chain; as `LmdbBlockstore.open`
   */
  static async open(folder: string): Promise<FolderDevStore> {
    const database = await LmdbBlockstore.open(folder);
    try {
      const data = database.meta.get(RECORD);
      if (data === undefined && database.meta.get(IMPORTED) !== undefined) {
        const reason = "an imported chain, which no blocks are made for: --no-mining";
        throw new FvmError("INVALID_STORE", { store: folder, reason });
      }
      const entries = new Map<string, Uint8Array>();
      for await (const [name, value] of database.meta.entries({ from: ENTRY, to: AFTER_ENTRIES })) {
        entries.set(name.slice(ENTRY.length), value);
      }
      return new FolderDevStore(folder, database, data && decodeRecord(data, folder), entries, data);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Whether a folder has a development chain. Throws as `LmdbBlockstore.open`. */
  static async holds(folder: string): Promise<boolean> {
    if (!existsSync(join(folder, DATA_FILE))) return false;
    await using database = await LmdbBlockstore.open(folder);
    return database.meta.get(RECORD) !== undefined;
  }

  /**
   * Keeps a step of the chain.
   *
   * @throws FvmError CHAIN_CHANGED, and keeps nothing, if another process has made the folder's chain go on; as
   *   `LmdbBlockstore.write`
   */
  async save(record: DevRecord, changes: EntryChanges): Promise<void> {
    const blocks = this.blockstore.pending();
    const entries = Array.from(changes, ([name, value]) => [`${ENTRY}${name}`, value] as const);
    const next = encodeRecord(record);
    const meta = { ...Object.fromEntries(entries), [RECORD]: next };
    try {
      await this.database.write({ blocks, meta, expected: { [RECORD]: this.kept } });
    } catch (cause) {
      if (!isFvmError(cause, "STORE_CHANGED")) throw cause;
      const remedy =
        "another node makes blocks in this folder: stop one of the two, and start the other again";
      throw new FvmError("CHAIN_CHANGED", { folder: this.folder, remedy }, { cause });
    }
    this.kept = next;
    this.blockstore.written(blocks);
    for (const [name, value] of changes) {
      if (value === undefined) this.entries.delete(name);
      else this.entries.set(name, value);
    }
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** A record that folders of imported chains have. */
const IMPORTED = "chain/format";

/** Blocks of a database, and over them those that are not written yet. */
class PendingBlocks implements Blockstore {
  readonly #pending = new Map<Cid, Uint8Array>();

  constructor(private readonly database: LmdbBlockstore) {}

  get(cid: Cid): Uint8Array | undefined {
    return this.#pending.get(cid) ?? this.database.get(cid);
  }

  putMany(blocks: readonly Block[]): void {
    for (const { cid, data } of blocks) this.#pending.set(cid, data);
  }

  pending(): Block[] {
    return Array.from(this.#pending, ([cid, data]) => ({ cid, data }));
  }

  /** They are in the database now. */
  written(blocks: readonly Block[]): void {
    for (const { cid } of blocks) this.#pending.delete(cid);
  }
}
