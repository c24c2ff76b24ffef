import { type Cid, cidCodec, cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { bitfieldOf, readUsedSlots } from "./bitfield.js";
import { CborReader, type CborWriter, encodeCborLatin1 } from "./cbor.js";
import { digitsOf, KAMT_BIT_WIDTH, packDigits, readDigits } from "./kamt-path.js";
import { u256Codec } from "./u256.js";

const SLOTS = 1 << KAMT_BIT_WIDTH;

/** A key with its value: all that a slot may have besides a link. */
export interface KamtEntry {
  readonly key: bigint;
  /** The key's, from the root on. */
  readonly digits: string;
  readonly value: bigint;
}

/** The way to a child. */
export interface KamtLink {
  /** Digits that all keys of the child have in common after the slot's, which has no node of their own. */
  readonly extension: string;
  /** A child that is not written yet is itself here. */
  readonly to: Cid | KamtNode;
}

export type KamtPointer = KamtEntry | KamtLink;

/** Never changes, so that trees can share it. */
export class KamtNode {
  static readonly EMPTY = new KamtNode(new Array<undefined>(SLOTS).fill(undefined));

  constructor(readonly slots: readonly (KamtPointer | undefined)[]) {}

  /** A copy with another pointer in one slot. */
  with(slot: number, pointer: KamtPointer | undefined): KamtNode {
    return new KamtNode(this.slots.with(slot, pointer));
  }

  /** Slots that are used, in order. */
  pointers(): [slot: number, pointer: KamtPointer][] {
    return [...this.slots.entries()].filter(isUsed);
  }
}

function isUsed(
  entry: [slot: number, pointer: KamtPointer | undefined],
): entry is [slot: number, pointer: KamtPointer] {
  return entry[1] !== undefined;
}

export function isLink(pointer: KamtPointer): pointer is KamtLink {
  return "to" in pointer;
}

export function kamtEntry(key: bigint, value: bigint): KamtEntry {
  return { key, digits: digitsOf(key), value };
}

/** A latin1 string. All links must be written already: no child may be a `KamtNode`. */
export function encodeKamtNode(node: KamtNode): string {
  return encodeCborLatin1({ encode: writeNode }, node);
}

function writeNode(node: KamtNode, writer: CborWriter): void {
  const pointers = node.pointers();
  writer.array(2).latin1(bitfieldOf(node.slots)).array(pointers.length);
  for (const [, pointer] of pointers) writePointer(pointer, writer);
}

function writePointer(pointer: KamtPointer, writer: CborWriter): void {
  if (isLink(pointer)) {
    const { extension, to } = pointer;
    writer.map(1).text("l").array(3);
    writer
      .cid(to as Cid)
      .u64(extension.length * KAMT_BIT_WIDTH)
      .bytes(packDigits(extension));
  } else {
    writer.map(1).text("v").array(1).array(2);
    u256Codec.encode(pointer.key, writer);
    u256Codec.encode(pointer.value, writer);
  }
}

/** Throws `FvmError` INVALID_KAMT on what is no node. Source: ipld/kamt/src/node.rs `load`. */
export function decodeKamtNode(cid: Cid, data: Uint8Array): KamtNode {
  try {
    const reader = new CborReader(data);
    const node = readNode(reader);
    reader.end();
    return node;
  } catch (cause) {
    throw new FvmError("INVALID_KAMT", { cid: cidText(cid), reason: "malformed node" }, { cause });
  }
}

function readNode(reader: CborReader): KamtNode {
  reader.tuple(2);
  const used = readUsedSlots(reader, KAMT_BIT_WIDTH);
  if ((used.at(-1) ?? 0) >= SLOTS) reader.fail("slot that no key reaches");
  const slots: (KamtPointer | undefined)[] = [...KamtNode.EMPTY.slots];
  for (const slot of used) slots[slot] = readPointer(reader);
  return new KamtNode(slots);
}

function readPointer(reader: CborReader): KamtPointer {
  if (reader.map() !== 1) reader.fail("pointer that is no map of one");
  switch (reader.text()) {
    case "l": {
      reader.tuple(3);
      const to = reader.cid();
      if (cidCodec(to) !== DAG_CBOR) reader.fail("link to a node that is not DAG-CBOR");
      return { extension: readDigits(reader), to };
    }
    case "v":
      // The EVM actor keeps one entry in a slot: a second one gets both a node.
      reader.tuple(1);
      reader.tuple(2);
      return kamtEntry(u256Codec.decode(reader), u256Codec.decode(reader));
    default:
      return reader.fail("pointer of another kind than l and v");
  }
}
