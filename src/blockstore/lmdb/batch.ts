/** All that is written in one transaction. */
import { type Cid, checkCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { asBytes } from "../../util/bytes.js";
import { type Check, is, isObject, iterable, optional } from "../../util/check.js";
import { kindOf } from "../../util/kind-of.js";
import { type Checks, checkedOptionsOnly, checkOption, readOption } from "../../util/options.js";
import { MAX_NAME_BYTES } from "./keys.js";

/** Changes of an `LmdbBlockstore`, of which all are made or none. */
export interface StoreBatch {
  /** Blocks to keep. */
  readonly blocks?: Iterable<Block>;
  /** Blocks to delete, also of those to keep. Absent ones do not matter. */
  readonly deleted?: Iterable<Cid>;
  /** Named values to keep; `undefined` deletes one. Names are text of 1 to 512 bytes. */
  readonly meta?: Readonly<Record<string, Uint8Array | undefined>>;
  /**
   * Named values that must be as given when the changes are made, whoever else writes; `undefined` for one that must
   * not be there. Such changes are seen once they are on disk, not before.
   */
  readonly expected?: Readonly<Record<string, Uint8Array | undefined>>;
}

/** Values by key, `undefined` for those to delete, in an order that is good to write. */
export type Changes<K> = readonly (readonly [K, Uint8Array | undefined])[];

/** A batch that was checked, with values that nobody else has. */
export interface CheckedBatch {
  readonly blocks: Changes<Cid>;
  readonly meta: Changes<string>;
  readonly expected: Changes<string>;
  /** Bytes of all values. */
  readonly bytes: number;
}

const CHECKS: Checks<StoreBatch> = {
  blocks: optional(iterable("an iterable of blocks")),
  deleted: optional(iterable("an iterable of CIDs")),
  meta: optional(isObject),
  expected: optional(isObject),
};

/** Name of a value. */
export const isName: Check = is(
  (value) => typeof value === "string" && value !== "" && Buffer.byteLength(value) <= MAX_NAME_BYTES,
  `a name of 1 to ${MAX_NAME_BYTES} bytes`,
);

/** Throws `FvmError` INVALID_OPTION. */
export function checkName(name: string): void {
  checkOption("name", name, isName);
}

/** Copies what is to be written. Throws `FvmError` INVALID_OPTION, INVALID_CID. */
export function checkedBatch(batch: StoreBatch): CheckedBatch {
  const given = checkedOptionsOnly(batch, CHECKS);
  const read = {
    blocks: readOption("blocks", () => Array.from(given.blocks ?? [], ({ cid, data }) => ({ cid, data }))),
    deleted: readOption("deleted", () => [...(given.deleted ?? [])]),
    meta: readOption("meta", () => Object.entries(given.meta ?? {})),
    expected: readOption("expected", () => Object.entries(given.expected ?? {})),
  };
  const blocks = new Map<Cid, Uint8Array | undefined>();
  for (const { cid, data } of read.blocks) blocks.set(checkedCid(cid), checkedBytes("blocks", data));
  for (const cid of read.deleted) blocks.set(checkedCid(cid), undefined);
  const meta = checkedValues("meta", read.meta);
  const expected = checkedValues("expected", read.expected);
  const bytes = sizeOf(blocks) + sizeOf(meta) + sizeOf(expected);
  // One piece of memory: lmdb asks for the address of each that it is given.
  const room = new Room(bytes);
  return { blocks: moved(blocks, room), meta: moved(meta, room), expected: moved(expected, room), bytes };
}

function checkedValues(
  option: string,
  values: readonly (readonly [name: string, value: unknown])[],
): Map<string, Uint8Array | undefined> {
  const checked = new Map<string, Uint8Array | undefined>();
  for (const [name, value] of values) {
    checkName(name);
    checked.set(name, value === undefined ? undefined : checkedBytes(option, value));
  }
  return checked;
}

function checkedCid(cid: Cid): Cid {
  checkCid(cid);
  return cid;
}

function checkedBytes(option: string, value: unknown): Uint8Array {
  const bytes = asBytes(value);
  if (bytes !== undefined) return bytes;
  throw new FvmError("INVALID_OPTION", { option, reason: `${kindOf(value)} is not bytes` });
}

function sizeOf(values: ReadonlyMap<unknown, Uint8Array | undefined>): number {
  let bytes = 0;
  for (const value of values.values()) bytes += value?.length ?? 0;
  return bytes;
}

/** Copies in order of the keys: neighbours then share the pages that they change. */
function moved<K extends string>(values: ReadonlyMap<K, Uint8Array | undefined>, room: Room): Changes<K> {
  const keys = [...values.keys()].sort();
  return keys.map((key) => {
    const value = values.get(key);
    return [key, value && room.copy(value)];
  });
}

class Room {
  readonly #memory: Uint8Array;
  #end = 0;

  constructor(bytes: number) {
    // V8 keeps a small array in its heap, where the collector moves it.
    this.#memory = new Uint8Array(new ArrayBuffer(bytes));
  }

  copy(value: Uint8Array): Uint8Array {
    const start = this.#end;
    this.#end += value.length;
    this.#memory.set(value, start);
    return this.#memory.subarray(start, this.#end);
  }
}
