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

  /** Hands changes to lmdb, within its `batch`. They are shown until `settle`. */
  change(changes: Changes<K>, write: object): void {
    for (const [key, value] of changes) {
      this.#pending.set(key, value, write);
      // Their promises are that of the batch.
      if (value === undefined) void this.database.remove(key);
      else void this.database.put(key, value as Buffer);
    }
  }

  settle(changes: Changes<K>, write: object): void {
    for (const [key] of changes) this.#pending.settle(key, write);
  }

  #read(key: K): Uint8Array | undefined {
    try {
      // `getBinaryFast` would give a buffer that the next read changes.
      const found = this.database.getBinary(key);
      if (found !== undefined) return plainBytes(found);
      // lmdb keeps its view until a timer fires. Another thread or process may have written since.
      this.database.resetReadTxn();
      const latest = this.database.getBinary(key);
      return latest && plainBytes(latest);
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
