import { type Cid, cidCodec, cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { bitfieldOf, readUsedSlots } from "./bitfield.js";
import { CborReader, type CborWriter, encodeCborLatin1, Major } from "./cbor.js";

/** Entries that share a slot before it gets a node of its own. */
export const BUCKET_SIZE = 3;

/** A key with its value, which stays encoded until it is asked for. Strings are latin1. */
export interface Entry<V> {
  readonly key: string;
  readonly encoded: string;
  value: V | undefined;
}

/** Entries in the order of their keys. */
export type Bucket<V> = readonly Entry<V>[];

/** Content of a node's slot: a link to a child, a child that is not written yet, or entries. */
export type Pointer<V> = Cid | HamtNode<V> | Bucket<V>;

/** Never changes, so that nodes can be shared by trees and machines. */
export class HamtNode<V> {
  constructor(readonly slots: readonly (Pointer<V> | undefined)[]) {}

  /** A copy with another pointer in one slot. */
  with(slot: number, pointer: Pointer<V> | undefined): HamtNode<V> {
    const slots = this.slots.slice();
    slots[slot] = pointer;
    return new HamtNode(slots);
  }

  get isEmpty(): boolean {
    return this.slots.every((pointer) => pointer === undefined);
  }
}

export function isBucket<V>(pointer: Pointer<V>): pointer is Bucket<V> {
  return typeof pointer === "object" && !(pointer instanceof HamtNode);
}

export function emptyNode<V>(bitWidth: number): HamtNode<V> {
  return new HamtNode(new Array<undefined>(1 << bitWidth).fill(undefined));
}

/** A latin1 string. All links must be written already: no child may be a `HamtNode`. */
export function encodeNode<V>(node: HamtNode<V>): string {
  return encodeCborLatin1({ encode: writeNode }, node);
}

function writeNode<V>({ slots }: HamtNode<V>, writer: CborWriter): void {
  let count = 0;
  for (const pointer of slots) if (pointer !== undefined) count++;
  writer.array(2).latin1(bitfieldOf(slots)).array(count);
  for (const pointer of slots) {
    if (typeof pointer === "string") writer.cid(pointer);
    else if (pointer !== undefined && isBucket(pointer)) writeBucket(writer, pointer);
  }
}

function writeBucket<V>(writer: CborWriter, bucket: Bucket<V>): void {
  writer.array(bucket.length);
  for (const { key, encoded } of bucket) writer.array(2).latin1(key).rawLatin1(encoded);
}

/**
 * Throws `FvmError` INVALID_HAMT on what is no node, with what an actor's HAMT would refuse as the cause.
 * Source: ipld/hamt/src/node.rs `load`.
 */
export function decodeNode<V>(cid: Cid, data: Uint8Array, bitWidth: number): HamtNode<V> {
  try {
    const reader = new CborReader(data);
    const node = readNode<V>(reader, bitWidth);
    reader.end();
    return node;
  } catch (cause) {
    throw new FvmError("INVALID_HAMT", { cid: cidText(cid), reason: "malformed node" }, { cause });
  }
}

function readNode<V>(reader: CborReader, bitWidth: number): HamtNode<V> {
  reader.tuple(2);
  const used = readUsedSlots(reader, bitWidth);
  // Nothing forbids slots beyond the width, which no key can reach.
  const width = Math.max(1 << bitWidth, 1 + (used.at(-1) ?? 0));
  const slots = new Array<Pointer<V> | undefined>(width).fill(undefined);
  for (const slot of used) slots[slot] = readPointer(reader);
  return new HamtNode(slots);
}

function readPointer<V>(reader: CborReader): Pointer<V> {
  if (reader.major() === Major.ARRAY) return readBucket(reader);
  const cid = reader.cid();
  return cidCodec(cid) === DAG_CBOR ? cid : reader.fail("link to a node that is not DAG-CBOR");
}

function readBucket<V>(reader: CborReader): Bucket<V> {
  const size = reader.array();
  if (size === 0 || size > BUCKET_SIZE) reader.fail(`bucket of ${size}`);
  const bucket: Entry<V>[] = [];
  let last: string | undefined;
  for (let i = 0; i < size; i++) {
    reader.tuple(2);
    const key = reader.latin1();
    if (last !== undefined && key <= last) reader.fail("bucket not in order");
    bucket.push({ key, encoded: reader.rawLatin1(), value: undefined });
    last = key;
  }
  return bucket;
}
