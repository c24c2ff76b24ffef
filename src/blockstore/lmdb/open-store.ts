import { existsSync, realpathSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { native } from "../../native/index.js";
import { throwIfAborted } from "../../util/abort.js";
import { unlessAborted } from "../../util/waits.js";
import { type Changes, type CheckedBatch, checkedBatch, type StoreBatch } from "./batch.js";
import { DATA_FILE } from "./data-file.js";
import { type Environment, type LmdbStats, statsOf } from "./environment.js";
import { type Entry, type KeyRange, scan } from "./scan.js";
import { MapGuard, writeFault } from "./space.js";
import { Table } from "./table.js";
import { versionOf } from "./versions.js";

/** An environment in use: its tables, the writes that are on their way, and its end. */
export class OpenStore {
  readonly #environment: Environment;
  readonly #blocks: Table<Cid>;
  readonly #meta: Table<string>;
  /** Writes that have not ended, and the bytes by which the file may grow for each. */
  readonly #writes = new Map<Promise<void>, number>();
  readonly #guard: MapGuard;
  #closing: Promise<void> | undefined;

  constructor(
    readonly folder: string,
    environment: Environment,
  ) {
    this.#environment = environment;
    this.#blocks = new Table(folder, environment.blocks);
    this.#meta = new Table(folder, environment.meta, versionOf);
    this.#guard = new MapGuard(folder, environment);
  }

  /** Throws `FvmError` STORE_CLOSED. */
  blocks(operation: string): Table<Cid> {
    this.#checkOpen(operation);
    return this.#blocks;
  }

  /** Throws `FvmError` STORE_CLOSED. */
  meta(operation: string): Table<string> {
    this.#checkOpen(operation);
    return this.#meta;
  }

  async write(batch: StoreBatch, signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    this.#checkOpen("write");
    const checked = checkedBatch(batch);
    if (checked.blocks.length + checked.meta.length === 0) return;
    await unlessAborted(this.#begin(checked), signal);
  }

  /** Entries, once all is written that was on its way. */
  async *scan<K extends string>(
    operation: string,
    table: Table<K>,
    range: KeyRange<K>,
  ): AsyncGenerator<Entry<K>> {
    await Promise.allSettled(this.#writes.keys());
    yield* scan(table.database, range, () => this.#checkOpen(operation));
  }

  stats(): Record<"root" | "blocks" | "meta", LmdbStats> {
    this.#checkOpen("stat");
    const { root, blocks, meta } = this.#environment;
    return { root: statsOf(root), blocks: statsOf(blocks), meta: statsOf(meta) };
  }

  /** Throws `FvmError` STORE_CLOSED, INVALID_OPTION; `HostFault` STORE_FULL, STORE_FAILED. */
  async copyTo(folder: string): Promise<void> {
    this.#checkOpen("copyTo");
    if (existsSync(folder)) {
      throw new FvmError("INVALID_OPTION", { option: "folder", reason: `${folder} is there already` });
    }
    const unfinished = `${folder}.unfinished`;
    try {
      await rm(unfinished, { recursive: true, force: true });
      await mkdir(unfinished, { recursive: true });
      await this.#environment.root.backup(unfinished, true);
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw await writeFault(dirname(resolve(folder)), error);
    }
  }

  /** Throws `FvmError` STORE_CLOSED. */
  releasePages(): void {
    this.#checkOpen("releasePages");
    native.releaseFilePages(realpathSync(join(this.folder, DATA_FILE)));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #begin(batch: CheckedBatch): Promise<void> {
    const others = [...this.#writes.values()].reduce((sum, bytes) => sum + bytes, 0);
    const growth = this.#guard.check(batch, others);
    const write = this.#write(batch);
    this.#writes.set(write, growth);
    const forget = () => this.#writes.delete(write);
    write.then(forget, forget);
    return write;
  }

  /** One transaction. */
  async #write({ blocks, meta, expected }: CheckedBatch): Promise<void> {
    const change = () => {
      this.#blocks.change(blocks);
      this.#meta.change(meta);
    };
    if (expected.length > 0) return this.#writeIf(expected, change);
    // Its changes are seen from now on.
    const write = {};
    this.#blocks.show(blocks, write);
    this.#meta.show(meta, write);
    try {
      await this.#environment.root.batch(change);
    } catch (error) {
      throw await writeFault(this.folder, error);
    } finally {
      this.#blocks.settle(blocks, write);
      this.#meta.settle(meta, write);
    }
  }

  /** Throws `FvmError` STORE_CHANGED. */
  async #writeIf(expected: Changes<string>, change: () => void): Promise<void> {
    const { meta } = this.#environment;
    const answers: Promise<boolean>[] = [];
    // LMDB's thread looks at all of them within the transaction: each lets the next one in.
    const conditions = expected.reduce(
      (action, [name, value]) =>
        () =>
          void answers.push(
            value === undefined
              ? meta.ifNoExists(name, action)
              : meta.ifVersion(name, versionOf(value), action),
          ),
      change,
    );
    let held: readonly boolean[];
    try {
      conditions();
      held = await Promise.all(answers);
    } catch (error) {
      throw await writeFault(this.folder, error);
    }
    if (held.every(Boolean)) return;
    throw new FvmError("STORE_CHANGED", { store: this.folder, names: expected.map(([name]) => name) });
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#writes.keys());
    await this.#environment.root.close();
  }

  #checkOpen(operation: string): void {
    if (this.#closing !== undefined) throw new FvmError("STORE_CLOSED", { operation, store: this.folder });
  }
}
