import { type Cid, cidText } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { CborReader, CborWriter, type Codec } from "./cbor.js";

/** Version 0 has a bit width of 3 and does not store it. */
export interface AmtLayout {
  readonly version: 0 | 3;
  /** Binary logarithm of the slots per node. */
  readonly bitWidth: number;
}

export const V0_BIT_WIDTH = 3;
const MAX_BIT_WIDTH = 18;
const MAX_HEIGHT = 64;

/** A node of height 0. `undefined`: no value. Never changes. */
export class AmtLeaf<V> {
  constructor(readonly values: readonly (V | undefined)[]) {}
}

/** A node above others: links, or children that are not written yet. Never changes. */
export class AmtBranch<V> {
  constructor(readonly children: readonly (Cid | AmtNode<V> | undefined)[]) {}
}

export type AmtNode<V> = AmtLeaf<V> | AmtBranch<V>;

export interface AmtRoot<V> {
  readonly bitWidth: number;
  /** Levels of branches above the leaves. */
  readonly height: number;
  /** Number of values. */
  readonly count: number;
  readonly node: AmtNode<V>;
}

export function emptyLeaf<V>(bitWidth: number): AmtLeaf<V> {
  return new AmtLeaf<V>(new Array<undefined>(1 << bitWidth).fill(undefined));
}

export function emptyBranch<V>(bitWidth: number): AmtBranch<V> {
  return new AmtBranch<V>(new Array<undefined>(1 << bitWidth).fill(undefined));
}

export function emptyAmt<V>(bitWidth: number): AmtRoot<V> {
  return { bitWidth, height: 0, count: 0, node: emptyLeaf(bitWidth) };
}

/** A latin1 string. All children must be links. */
export function encodeAmtNode<V>(codec: Codec<V>, node: AmtNode<V>): string {
  const writer = new CborWriter();
  writeNode(codec, node, writer);
  return writer.finishLatin1();
}

/** A latin1 string. All children of the root node must be links. */
export function encodeAmtRoot<V>(codec: Codec<V>, version: AmtLayout["version"], root: AmtRoot<V>): string {
  const writer = new CborWriter();
  writer.array(version === 0 ? 3 : 4);
  if (version !== 0) writer.u64(root.bitWidth);
  writer.u64(root.height).u64(root.count);
  writeNode(codec, root.node, writer);
  return writer.finishLatin1();
}

function writeNode<V>(codec: Codec<V>, node: AmtNode<V>, writer: CborWriter): void {
  const slots: readonly unknown[] = node instanceof AmtLeaf ? node.values : node.children;
  let count = 0;
  for (const slot of slots) if (slot !== undefined) count++;
  writer.array(3).latin1(bitmapOf(slots));
  if (node instanceof AmtLeaf) {
    writer.array(0).array(count);
    for (const value of node.values) if (value !== undefined) codec.encode(value, writer);
  } else {
    writer.array(count);
    for (const child of node.children) if (typeof child === "string") writer.cid(child);
    writer.array(0);
  }
}

/** A bit per slot that has something, each byte from its lowest bit on. A latin1 string. */
function bitmapOf(slots: readonly unknown[]): string {
  let bitmap = "";
  for (let start = 0; start < slots.length; start += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) if (slots[start + bit] !== undefined) bits |= 1 << bit;
    bitmap += String.fromCharCode(bits);
  }
  return bitmap;
}

/** Throws `FvmError` INVALID_AMT. Source: ipld/amt/src/root.rs. */
export function decodeAmtRoot<V>(
  codec: Codec<V>,
  version: AmtLayout["version"],
  cid: Cid,
  data: Uint8Array,
): AmtRoot<V> {
  return decode(cid, data, (reader) => {
    reader.tuple(version === 0 ? 3 : 4);
    const bitWidth = version === 0 ? V0_BIT_WIDTH : reader.u32();
    const height = reader.u32();
    const count = reader.u64();
    if (bitWidth > MAX_BIT_WIDTH || height > MAX_HEIGHT) reader.fail("too wide or too high");
    if (typeof count === "bigint") reader.fail("more values than 2^53");
    return { bitWidth, height, count: Number(count), node: readNode(codec, bitWidth, height, reader) };
  });
}

/** Throws `FvmError` INVALID_AMT. Source: ipld/amt/src/node.rs. */
export function decodeAmtNode<V>(
  codec: Codec<V>,
  bitWidth: number,
  height: number,
  cid: Cid,
  data: Uint8Array,
): AmtNode<V> {
  return decode(cid, data, (reader) => readNode(codec, bitWidth, height, reader));
}

function decode<T>(cid: Cid, data: Uint8Array, read: (reader: CborReader) => T): T {
  try {
    const reader = new CborReader(data);
    const value = read(reader);
    reader.end();
    return value;
  } catch (cause) {
    throw new FvmError("INVALID_AMT", { cid: cidText(cid), reason: "malformed node" }, { cause });
  }
}

function readNode<V>(codec: Codec<V>, bitWidth: number, height: number, reader: CborReader): AmtNode<V> {
  reader.tuple(3);
  const bitmap = reader.bytes();
  if (bitmap.length !== bitmapBytes(1 << bitWidth)) reader.fail("bitmap of wrong length");
  const links = Array.from({ length: reader.array() }, () => reader.cid());
  const values = Array.from({ length: reader.array() }, () => codec.decode(reader));
  if ((height === 0 ? links : values).length > 0) reader.fail("links in a leaf or values in a branch");
  const slots = <T>(items: readonly T[]) => spread(items, bitmap, 1 << bitWidth, reader);
  return height === 0 ? new AmtLeaf(slots(values)) : new AmtBranch(slots(links));
}

function spread<T>(
  items: readonly T[],
  bitmap: Uint8Array,
  width: number,
  reader: CborReader,
): (T | undefined)[] {
  const slots = new Array<T | undefined>(width).fill(undefined);
  let next = 0;
  for (let i = 0; i < width; i++) {
    if (((bitmap[i >> 3] ?? 0) >> (i & 7)) & 1) slots[i] = items[next++];
  }
  if (next !== items.length) reader.fail("number of items does not fit the bitmap");
  return slots;
}

function bitmapBytes(slots: number): number {
  return Math.ceil(slots / 8);
}
