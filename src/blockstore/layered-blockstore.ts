import type { Cid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import type { Block } from "../ipld/block-access.js";
import { ownBytes } from "../util/bytes.js";
import { type Check, is, isFlag, optional, withMethods } from "../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../util/options.js";
import { promiseOf } from "../util/waits.js";
import type { Blockstore, BlockstoreOptions } from "./blocks.js";
import type { ClosableBlockstore } from "./interface-blockstore.js";

/** Bytes of blocks that may wait to be kept before reads wait, too. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Options of a `LayeredBlockstore`. */
export interface LayeredOptions {
  /** Blocks that a later layer has given are put into the first. Default: true. */
  readonly keep?: boolean;
}

const OPTIONS: Checks<LayeredOptions> = { keep: optional(isFlag) };

const isLayers: Check = is(
  (value) => Array.isArray(value) && value.length > 0 && value.every(isStore),
  "one or more stores",
);

type Found = Uint8Array | undefined | null;

/**
 * Stores one behind the other: reads go through them in order, writes go to the first. What a later one has given is
 * kept in the first, so that it is asked once: a folder in front of a gateway, memory in front of a file.
 *
 * Reads answer at once as long as the layers do. Blocks are kept in the background; if that fails, what is asked next
 * fails with it.
 */
export class LayeredBlockstore implements ClosableBlockstore {
  readonly #layers: readonly Blockstore[];
  readonly #keeper: Keeper | undefined;
  #closing: Promise<void> | undefined;

  /** @param layers the first is written to. Throws `FvmError` INVALID_OPTION */
  constructor(layers: readonly Blockstore[], options: LayeredOptions = {}) {
    checkOption("layers", layers, isLayers);
    const { keep = true } = checkedOptionsOnly(options, OPTIONS);
    this.#layers = [...layers];
    this.#keeper = keep ? new Keeper(layers[0] as Blockstore) : undefined;
  }

  /** The block of the first layer that has it. Throws `FvmError` STORE_CLOSED, and what the layers throw. */
  get(cid: Cid, options?: BlockstoreOptions): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    this.#checkOpen("get");
    return this.#getFrom(0, cid, options);
  }

  /** Into the first layer. Throws `FvmError` STORE_CLOSED, and what that layer throws. */
  putMany(blocks: readonly Block[], options?: BlockstoreOptions): void | Promise<void> {
    this.#checkOpen("putMany");
    return (this.#layers[0] as Blockstore).putMany(blocks, options);
  }

  /** Waits until all is kept, and closes the layers that can be closed. Twice is once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #getFrom(
    first: number,
    cid: Cid,
    options: BlockstoreOptions | undefined,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    for (let i = first; i < this.#layers.length; i++) {
      const waiting = i === 1 ? this.#keeper?.get(cid) : undefined;
      if (waiting !== undefined) return waiting;
      const answer = (this.#layers[i] as Blockstore).get(cid, options);
      const later = promiseOf(answer);
      if (later !== undefined)
        return later.then((found) => this.#found(i, cid, found) ?? this.#getFrom(i + 1, cid, options));
      const found = this.#found(i, cid, answer as Found);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Keeps a block that a layer has given, once there is room to keep it. */
  #found(layer: number, cid: Cid, data: Found): Uint8Array | undefined | Promise<Uint8Array> {
    if (data === undefined || data === null) return undefined;
    if (layer === 0 || this.#keeper === undefined) return data;
    return this.#keeper.keep(cid, data)?.then(() => data) ?? data;
  }

  async #close(): Promise<void> {
    try {
      await this.#keeper?.idle();
    } finally {
      for (const layer of this.#layers) await layer.close?.();
    }
  }

  #checkOpen(operation: string): void {
    if (this.#closing !== undefined) throw new FvmError("STORE_CLOSED", { operation, store: "layers" });
    this.#keeper?.check();
  }
}

/** Puts blocks into a store, as many at a time as have come while the ones before were put. */
class Keeper {
  readonly #store: Blockstore;
  #waiting = new Map<Cid, Uint8Array>();
  #writing: ReadonlyMap<Cid, Uint8Array> = new Map();
  #waitingBytes = 0;
  #work: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: Blockstore) {
    this.#store = store;
  }

  /** A block that is on its way to the store. */
  get(cid: Cid): Uint8Array | undefined {
    return (this.#waiting.get(cid) ?? this.#writing.get(cid))?.slice();
  }

  /** A promise if too much waits already. */
  keep(cid: Cid, data: unknown): Promise<void> | undefined {
    const own = ownBytes(data);
    // Whoever asked says what is wrong with it.
    if (own === undefined) return undefined;
    this.#waiting.set(cid, own);
    this.#waitingBytes += own.length;
    this.#work ??= Promise.resolve().then(() => this.#putAll());
    return this.#waitingBytes > MAX_WAITING_BYTES ? this.#work : undefined;
  }

  /** Throws what keeping failed with, once. */
  check(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  async idle(): Promise<void> {
    await this.#work;
    this.check();
  }

  /** Never rejects: nobody may be waiting. */
  async #putAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        this.#writing = this.#waiting;
        this.#waiting = new Map();
        this.#waitingBytes = 0;
        await this.#store.putMany(Array.from(this.#writing, ([cid, data]) => ({ cid, data })));
      }
    } catch (error) {
      this.#failure = { error };
      this.#waiting.clear();
      this.#waitingBytes = 0;
    } finally {
      this.#writing = new Map();
      this.#work = undefined;
    }
  }
}

function isStore(value: unknown): boolean {
  return withMethods("get", "putMany")(value) === undefined;
}
