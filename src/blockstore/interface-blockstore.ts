import { CID } from "multiformats/cid";
import { type Cid, cidBytes } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import type { Block } from "../ipld/block-access.js";
import { asBytes, joinBytes } from "../util/bytes.js";
import { kindOf } from "../util/kind-of.js";
import { Turns, unlessAborted } from "../util/waits.js";
import type { Blockstore, BlockstoreOptions } from "./blocks.js";

/** @inline */
type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * The part of npm's `interface-blockstore` that we use. Up to version 5 `get` answers with bytes, from
 * version 6 on with an iterable of them.
 */
export interface InterfaceBlockstore {
  /** The block, whole or in pieces; an error that says "not found" if there is none. */
  get(cid: CID, options?: BlockstoreOptions): Uint8Array | Promise<Uint8Array> | Pieces;
  /** Keeps blocks while its answers are read. */
  putMany(
    source: Iterable<{ cid: CID; block: Uint8Array; bytes: Uint8Array }>,
    options?: BlockstoreOptions,
  ): Iterable<unknown> | AsyncIterable<unknown>;
  /** No part of the interface, but of those of its stores that hold files or databases. */
  close?(): void | Promise<void>;
}

/** A blockstore that can be closed, also by `await using`. */
export interface ClosableBlockstore extends Blockstore, AsyncDisposable {
  /** Twice is once. */
  close(): Promise<void>;
}

/**
 * Our view of any store that implements `interface-blockstore`, such as Helia's. Always asynchronous.
 *
 * Closing it closes the store beneath, if that can be closed; what still waits there ends as that store has it.
 * Afterwards its methods reject with `FvmError` STORE_CLOSED.
 */
export function fromInterfaceBlockstore(store: InterfaceBlockstore): ClosableBlockstore {
  return new ViewOfStore(store);
}

class ViewOfStore implements ClosableBlockstore {
  readonly #store: InterfaceBlockstore;
  #closing: Promise<void> | undefined;

  constructor(store: InterfaceBlockstore) {
    this.#store = store;
  }

  async get(cid: Cid, options?: BlockstoreOptions): Promise<Uint8Array | undefined> {
    this.#checkOpen("get");
    try {
      return await collect(this.#store.get(CID.decode(cidBytes(cid)), options), options?.signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async putMany(blocks: readonly Block[], options?: BlockstoreOptions): Promise<void> {
    this.#checkOpen("putMany");
    // Storing happens while the answers are read.
    for await (const _ of iterate(this.#store.putMany(pairs(blocks), options), options?.signal));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await this.#store.close?.();
  }

  #checkOpen(operation: string): void {
    if (this.#closing !== undefined)
      throw new FvmError("STORE_CLOSED", { operation, store: "interface-blockstore" });
  }
}

/** Older versions call the bytes `block`, newer ones `bytes`. */
function* pairs(blocks: readonly Block[]): Generator<{ cid: CID; block: Uint8Array; bytes: Uint8Array }> {
  for (const { cid, data } of blocks) yield { cid: CID.decode(cidBytes(cid)), block: data, bytes: data };
}

async function collect(
  answer: ReturnType<InterfaceBlockstore["get"]>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const whole = await answer;
  if (whole === undefined || whole === null) return undefined;
  const bytes = asBytes(whole);
  if (bytes !== undefined) return bytes;
  const pieces: Uint8Array[] = [];
  for await (const piece of iterate(whole as Pieces, signal)) {
    const data = asBytes(piece);
    if (data === undefined) throw new TypeError(`the store gave ${kindOf(piece)} as a piece of a block`);
    // The store may use its buffer for the next piece.
    pieces.push(new Uint8Array(data));
  }
  return pieces.length === 1 ? pieces[0] : joinBytes(pieces);
}

/** The items, until the signal is aborted; then the iterator is told that nobody wants any more of them. */
async function* iterate<T>(
  items: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const iterator = iteratorOf(items);
  const turns = new Turns(signal);
  let isDone = false;
  try {
    for (;;) {
      const result = await unlessAborted(iterator.next(), signal);
      await turns.next();
      isDone = result.done === true;
      if (isDone) return;
      yield result.value as T;
    }
  } finally {
    // Not awaited: a generator that hangs would not return before it goes on.
    if (!isDone) void giveUp(iterator).catch(() => undefined);
  }
}

async function giveUp(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  await iterator.return?.();
}

function iteratorOf<T>(items: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  if (typeof items === "object" && Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  if (typeof items === "object" && Symbol.iterator in items) return items[Symbol.iterator]();
  throw new TypeError(`the store answered with ${kindOf(items)} instead of bytes`);
}

/** Versions differ in the class, but agree on the name; key-value stores beneath have codes of their own. */
function isNotFound(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, code, notFound } = error as { name?: unknown; code?: unknown; notFound?: unknown };
  return (
    name === "NotFoundError" || code === "ERR_NOT_FOUND" || code === "LEVEL_NOT_FOUND" || notFound === true
  );
}
