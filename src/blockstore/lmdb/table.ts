import type { Database } from "lmdb";
import { HostFault } from "../../errors.js";
import { messageOf } from "../../util/kind-of.js";
import type { Changes } from "./batch.js";
import { PendingValues } from "./pending.js";

/** A table of a store, and what is on its way there. */
export class Table<K extends string> {
  readonly #store: string;
  readonly #pending = new PendingValues<K>();

  /** @param store its name, for errors */
  constructor(
    store: string,
    readonly database: Database<Buffer, K>,
    private readonly versionOf?: (value: Uint8Array) => number,
  ) {
    this.#store = store;
  }

  /** The caller's own. Throws `HostFault` STORE_FAILED. */
  get(key: K): Uint8Array | undefined {
    const pending = this.#pending.get(key);
    return pending === undefined ? this.#read(key) : pending.value;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** The keys among these that it lacks. */
  lacking(keys: readonly K[]): K[] {
    return this.#asking(() => {
      this.database.resetReadTxn();
      return keys.filter((key) => {
        const pending = this.#pending.get(key);
        return pending === undefined ? !this.database.doesExist(key) : pending.value === undefined;
      });
    });
  }

  /** Hands changes to lmdb, within its `batch` or a condition. */
  change(changes: Changes<K>): void {
    for (const [key, value] of changes) {
      // Their promises are that of the batch.
      if (value === undefined) void this.database.remove(key);
      else if (this.versionOf === undefined) void this.database.put(key, value as Buffer);
      else void this.database.put(key, value as Buffer, this.versionOf(value));
    }
  }

  /** Shows changes to those who read, until `settle`. */
  show(changes: Changes<K>, write: object): void {
    for (const [key, value] of changes) this.#pending.set(key, value, write);
  }

  settle(changes: Changes<K>, write: object): void {
    for (const [key] of changes) this.#pending.settle(key, write);
  }

  #read(key: K): Uint8Array | undefined {
    return this.#asking(() => {
      // `getBinaryFast` would give a buffer that the next read changes.
      const found = this.database.getBinary(key);
      if (found !== undefined) return plainBytes(found);
      // lmdb keeps its view until a timer fires. Another thread or process may have written since.
      this.database.resetReadTxn();
      const latest = this.database.getBinary(key);
      return latest && plainBytes(latest);
    });
  }

  #asking<T>(ask: () => T): T {
    try {
      return ask();
    } catch (cause) {
      const details = { store: this.#store, operation: "read", reason: messageOf(cause) };
      throw new HostFault("STORE_FAILED", details, { cause });
    }
  }
}

/** The same bytes as an array like any other store's: a `Buffer` of lmdb's may have a `length` of its own. */
export function plainBytes(found: Buffer): Uint8Array {
  return new Uint8Array(found.buffer, found.byteOffset, found.byteLength);
}
