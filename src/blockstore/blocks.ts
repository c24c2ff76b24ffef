import { type Cid, cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { HostFault } from "../errors.js";
import { type Block, type BlockAccess, BlockNotFound, MissingBlock } from "../ipld/block-access.js";
import { type Codec, decodeCbor, encodeCborLatin1 } from "../ipld/cbor.js";
import { type BlockDecoder, type DecodedBlocks, sharedDecodedBlocks } from "../ipld/decoded-blocks.js";
import type { NativeAbsent, NativeBlockShare, NativeBlocks } from "../native/addon.js";
import { NO_OUTCOME, type ReadOutcome, reads, writes } from "../telemetry/operations.js";
import { neverAborted } from "../util/abort.js";
import { ownBytes } from "../util/bytes.js";
import { kindOf } from "../util/kind-of.js";
import { forgetPromise, promiseOf, unlessAborted } from "../util/waits.js";

/** Options that a blockstore is given with each question. */
export interface BlockstoreOptions {
  /** The asking operation's signal. Once it is aborted, nobody waits for the answer. */
  readonly signal?: AbortSignal;
}

/** @inline */
type Found = Uint8Array | undefined | null;

/**
 * Where a machine's blocks come from and go to. Answers may be promises. Failing (throwing, rejecting)
 * is not the same as definitely not having a block, which is `undefined` or `null`.
 */
export interface Blockstore {
  /** The block, as bytes of any kind and realm. They are copied before they are checked. */
  get(cid: Cid, options?: BlockstoreOptions): Found | Promise<Found>;
  /** Keeps blocks. After a flush that failed or was aborted it is given the same ones again. */
  putMany(blocks: readonly Block[], options?: BlockstoreOptions): void | Promise<void>;
  /**
   * Releases files and connections. Called by the store's owner, which is whoever opened it: no machine and no
   * function of this package closes a store that it was given.
   */
  close?(): void | Promise<void>;
}

const NO_OPTIONS: BlockstoreOptions = Object.freeze({});

/** Blocks that arrived late and may be needed again by the same step: more than most steps read. */
const USUALLY_ARRIVED = 256;

/** Room for a value of a HAMT: more than actors and IDs take. */
const value = new Uint8Array(512);

/** A machine's view of its blocks: the write buffer over a cache over the blockstore. */
export class Blocks implements BlockAccess {
  readonly #native: NativeBlocks;
  readonly #store: Blockstore;
  // A step that needs several late blocks must end even if the cache keeps none of them.
  readonly #arrived = new Map<Cid, Uint8Array>();
  #mostArrived = USUALLY_ARRIVED;
  #dropped: ReadonlySet<Cid> = new Set();
  /** Blocks whose way to the store was given up. They go with the next flush. */
  #unsaved: readonly Block[] = [];
  /** Ends what waits for the store. */
  signal: AbortSignal | undefined;

  /** @param decoded what goes with the cache */
  constructor(
    native: NativeBlocks,
    store: Blockstore,
    readonly decoded: DecodedBlocks = sharedDecodedBlocks,
  ) {
    this.#native = native;
    this.#store = store;
  }

  /**
   * The block's bytes, checked against the CID when they come from the blockstore.
   * Throws `MissingBlock`, `BlockNotFound`, or `HostFault` BLOCKSTORE_FAILED or CORRUPT_BLOCK.
   */
  get(cid: Cid): Uint8Array {
    return this.#native.get(cid) ?? this.#fetch(cid);
  }

  /** A block that is neither in the write buffer nor in the cache. Throws as `get`. */
  #fetch(cid: Cid): Uint8Array {
    return this.#late(cid) ?? this.#checked(cid, this.#askNow(cid));
  }

  /** A block's value, which must never change. Throws as `get`, and what decoding throws. */
  read<V>(cid: Cid, decoder: BlockDecoder<V>): V {
    const values = this.decoded.values(decoder);
    let value = values.get(cid);
    if (value === undefined) {
      const block = this.get(cid);
      value = decodeCbor(decoder, block);
      values.set(cid, value, block.length);
    }
    return value;
  }

  /** Whether the block is in memory. */
  has(cid: Cid): boolean {
    return this.#native.has(cid) || this.#late(cid) !== undefined;
  }

  /**
   * Makes sure that there is such a block, for later. Bytes that the store gives at once are not kept, and
   * checked when they are used. Throws as `get`, CORRUPT_BLOCK only for bytes that come late.
   */
  require(cid: Cid): void {
    if (this.has(cid)) return;
    if (isAbsent(this.#askNow(cid))) throw new BlockNotFound(cid);
  }

  /** As `require`, with one wait for all that come late. */
  requireAll(cids: Iterable<Cid>): void {
    const late: MissingBlock[] = [];
    try {
      for (const cid of cids) {
        const missing = this.#missing(cid);
        if (missing !== undefined) late.push(missing);
      }
    } catch (error) {
      for (const { pending } of late) forgetPromise(pending);
      throw error;
    }
    const [first] = late;
    if (first === undefined) return;
    throw new MissingBlock(
      first.cid,
      Promise.all(late.map(({ pending }) => pending)).then(() => undefined),
    );
  }

  #missing(cid: Cid): MissingBlock | undefined {
    try {
      this.require(cid);
      return undefined;
    } catch (error) {
      if (error instanceof MissingBlock) return error;
      throw error;
    }
  }

  /** As `get`, but the absence of the block is an answer. */
  find(cid: Cid): Uint8Array | undefined {
    try {
      return this.get(cid);
    } catch (error) {
      if (error instanceof BlockNotFound) return undefined;
      throw error;
    }
  }

  /** Into the write buffer. @param data strings are latin1 */
  put(codec: number, data: Uint8Array | string): Cid {
    return this.#native.put(codec, data);
  }

  /** A DAG-CBOR block of a value, which must never change, into the write buffer. */
  write<V>(value: V, codec: Codec<V>): Cid {
    const encoded = encodeCborLatin1(codec, value);
    const cid = this.put(DAG_CBOR, encoded);
    this.decoded.values(codec).set(cid, value, encoded.length);
    return cid;
  }

  /** Whether a HAMT can be read natively. Throws as `get`. */
  hamtLoad(root: Cid): boolean {
    return this.#fetching(() => this.#native.hamtLoad(root)) === true;
  }

  /**
   * The encoded value of a key of a HAMT, a view until the next call; undefined if there is none. Null: ask the HAMT of
   * `src/ipld`. Throws as `get`.
   */
  hamtGet(root: Cid, key: string): Uint8Array | undefined | null {
    const size = this.#fetching(() => this.#native.hamtGet(root, key, value));
    return typeof size === "number" ? value.subarray(0, size) : size;
  }

  /** The root of a HAMT with changes, as `NativeBlocks.hamtChange` has them. Null and errors as `hamtGet`. */
  hamtChange(root: Cid, changes: string): Cid | null {
    return this.#fetching(() => this.#native.hamtChange(root, changes));
  }

  /** Fetches what is absent. Null also if the cache does not keep it. */
  #fetching<T>(ask: () => T | NativeAbsent | null): T | null {
    let fetched: Set<Cid> | undefined;
    for (;;) {
      const answer = ask();
      if (!isAbsentBlock(answer)) return answer;
      fetched ??= new Set();
      if (fetched.has(answer.absent)) return null;
      this.#fetch(answer.absent);
      fetched.add(answer.absent);
    }
  }

  /** Takes over what another machine has written and not stored: the same blocks, which stay with it, too. */
  adopt(other: Blocks): void {
    this.#native.adopt(other.#native);
    const unsaved = new Map(this.#unsaved.map((block) => [block.cid, block]));
    // A store may be given the other one's bytes again, and change them.
    for (const { cid, data } of other.#unsaved) unsaved.set(cid, { cid, data: data.slice() });
    this.#unsaved = [...unsaved.values()];
  }

  /** Gives the write buffer a share, or none: `NativeBlocks.share`. Decoded values of its blocks are not noticed. */
  share(share: NativeBlockShare | undefined, borrows = true): void {
    if (share === undefined) this.#native.share(undefined);
    else this.#native.share(share, borrows);
  }

  /** Begins a layer of the share: `NativeBlocks.beginLayer`. */
  beginLayer(forgets: boolean): void {
    this.#native.beginLayer(forgets);
  }

  /** Shows the layer to those who have the same share: `NativeBlocks.publishLayer`. */
  publishLayer(layer: number): void {
    this.#native.publishLayer(layer);
  }

  /** Takes over what was written in a layer: `NativeBlocks.joinLayer`. False: it must not count. */
  joinLayer(layer: number): boolean {
    return this.#native.joinLayer(layer);
  }

  /**
   * Moves the buffered blocks reachable from `root` to the blockstore, parents first. A forbidden link
   * throws the addon's error INVALID_LINK; a failing store `HostFault` BLOCKSTORE_FAILED; and the signal's
   * reason.
   */
  async flush(root: Cid, links: "legacy" | "current"): Promise<void> {
    await this.#putMany(takenBlocks(this.#native, this.#native.takeReachable(root, links)));
  }

  /** Moves everything in the write buffer to the blockstore. */
  async flushAll(): Promise<void> {
    await this.#putMany(takenBlocks(this.#native, this.#native.takeAll()));
  }

  /** A block that came late, or that the store may not have got. */
  #late(cid: Cid): Uint8Array | undefined {
    return this.#arrived.get(cid) ?? this.#unsaved.find((block) => block.cid === cid)?.data;
  }

  /** The store's answer, if it need not be awaited. Throws `MissingBlock`. */
  #askNow(cid: Cid): Found {
    let answer: Found | Promise<Found>;
    let later: Promise<Found> | undefined;
    try {
      answer = this.#ask(cid);
      later = promiseOf(answer);
    } catch (cause) {
      throw getFailed(cid, cause);
    }
    if (later !== undefined) throw new MissingBlock(cid, this.#arrival(cid, later));
    return answer as Found;
  }

  #ask(cid: Cid): Found | Promise<Found> {
    const ask = () => this.#store.get(cid, optionsOf(this.signal));
    return reads.isWatched ? reads.run({}, ask, readOutcome) : ask();
  }

  async #arrival(cid: Cid, answer: Promise<Found>): Promise<void> {
    let data: Found;
    try {
      data = await answer;
    } catch (cause) {
      throw getFailed(cid, cause);
    }
    const checked = this.#checked(cid, data);
    this.#keep(cid, checked);
  }

  #keep(cid: Cid, data: Uint8Array): void {
    if (this.#dropped.has(cid)) {
      // A step has come back for it, which needs more blocks together.
      this.#mostArrived *= 2;
      this.#dropped = new Set();
    }
    if (this.#arrived.size >= this.#mostArrived) {
      this.#dropped = new Set(this.#arrived.keys());
      this.#arrived.clear();
    }
    this.#arrived.set(cid, data);
  }

  /** A copy of the bytes, because what was checked has to be what is used: the store may use its buffer again. */
  #checked(cid: Cid, answer: Found): Uint8Array {
    if (isAbsent(answer)) throw new BlockNotFound(cid);
    const data = ownBytes(answer);
    if (data === undefined) {
      const reason = `the store answered with ${kindOf(answer)} instead of bytes`;
      throw new HostFault("BLOCKSTORE_FAILED", { operation: "get", cid: cidText(cid), reason });
    }
    if (!this.#native.cache(cid, data)) throw new HostFault("CORRUPT_BLOCK", { cid: cidText(cid) });
    return data;
  }

  async #putMany(taken: readonly Block[]): Promise<void> {
    const blocks = this.#unsaved.length === 0 ? taken : [...this.#unsaved, ...taken];
    if (this.signal === undefined || this.signal === neverAborted) {
      await storeBlocks(this.#store, blocks, this.signal);
    } else {
      // The store may do what it likes with what it is given, and be given it again.
      this.#unsaved = blocks.map(({ cid, data }) => ({ cid, data: data.slice() }));
      await storeBlocks(this.#store, blocks, this.signal);
    }
    this.#unsaved = [];
  }
}

/** Whether a store has a block, whatever its bytes. Throws `HostFault` BLOCKSTORE_FAILED, and the signal's reason. */
export async function holdsBlock(
  store: Blockstore,
  cid: Cid,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return !isAbsent(await unlessAborted(store.get(cid, optionsOf(signal)), signal));
  } catch (cause) {
    if (signal?.aborted === true && cause === signal.reason) throw cause;
    throw getFailed(cid, cause);
  }
}

/** Stores blocks. Throws `HostFault` BLOCKSTORE_FAILED, and the signal's reason. */
export async function storeBlocks(
  store: Blockstore,
  blocks: readonly Block[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const put = () => unlessAborted(store.putMany(blocks, optionsOf(signal)), signal);
  try {
    if (writes.isWatched) await writes.run(writeFacts(blocks), put, () => NO_OUTCOME);
    else await put();
  } catch (cause) {
    if (signal?.aborted === true && cause === signal.reason) throw cause;
    throw new HostFault("BLOCKSTORE_FAILED", { operation: "put" }, { cause });
  }
}

function readOutcome(answer: Found): ReadOutcome {
  return { bytes: answer instanceof Uint8Array ? answer.byteLength : undefined };
}

function writeFacts(blocks: readonly Block[]) {
  return { blocks: blocks.length, bytes: blocks.reduce((sum, { data }) => sum + data.length, 0) };
}

function optionsOf(signal: AbortSignal | undefined): BlockstoreOptions {
  return signal === undefined ? NO_OPTIONS : { signal };
}

/** The blocks that were taken last, with what `takeReachable` or `takeAll` returned. */
export function takenBlocks(native: NativeBlocks, index: string): Block[] {
  const cids: Cid[] = [];
  const ends: number[] = [];
  let end = 0;
  for (let at = 0; at < index.length; ) {
    end += wordAt(index, at);
    ends.push(end);
    const cidAt = at + 5;
    at = cidAt + index.charCodeAt(at + 4);
    cids.push(index.slice(cidAt, at) as Cid);
  }
  const data = new Uint8Array(end);
  native.copyTaken(data);
  return cids.map((cid, i) => ({ cid, data: data.subarray(ends[i - 1] ?? 0, ends[i]) }));
}

/** Four characters as a number, the high one first. */
function wordAt(text: string, at: number): number {
  let word = 0;
  for (let i = at; i < at + 4; i++) word = word * 0x100 + text.charCodeAt(i);
  return word;
}

function isAbsentBlock(answer: unknown): answer is NativeAbsent {
  return typeof answer === "object" && answer !== null;
}

function isAbsent(answer: Found): answer is undefined | null {
  return answer === undefined || answer === null;
}

function getFailed(cid: Cid, cause: unknown): HostFault {
  return new HostFault("BLOCKSTORE_FAILED", { operation: "get", cid: cidText(cid) }, { cause });
}
