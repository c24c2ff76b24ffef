import { type Cid, cidText } from "../../encoding/cid.js";
import { decodeNode, type HamtNode, isBucket, type Pointer } from "../../ipld/hamt-node.js";
import { hex, latin1Bytes } from "../../util/bytes.js";

const BIT_WIDTH = 5;

/** Reads a block; `undefined`: a vector holds only what was read and written when it was made. */
export type ReadBlock = (cid: Cid) => Uint8Array | undefined;

export interface EntryDifference {
  /** Latin1. */
  readonly key: string;
  readonly expected: Uint8Array | undefined;
  readonly actual: Uint8Array | undefined;
}

/** Entries that two HAMTs do not have in common. Shared nodes are not read. */
export function diffHamts(read: ReadBlock, expected: Cid, actual: Cid): EntryDifference[] {
  if (expected === actual) return [];
  const load = (cid: Cid): HamtNode<never> => decodeNode(cid, mustRead(read, cid), BIT_WIDTH);
  const [a, b] = [load(expected).slots, load(actual).slots];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, slot) => {
    const [left, right] = [a[slot], b[slot]];
    if (typeof left === "string" && typeof right === "string") return diffHamts(read, left, right);
    return diffEntries(entriesOf(load, left), entriesOf(load, right));
  }).flat();
}

type Entries = ReadonlyMap<string, Uint8Array>;

function diffEntries(expected: Entries, actual: Entries): EntryDifference[] {
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .map((key) => ({ key, expected: expected.get(key), actual: actual.get(key) }))
    .filter(({ expected: a, actual: b }) => a === undefined || b === undefined || hex(a) !== hex(b));
}

function entriesOf(load: (cid: Cid) => HamtNode<never>, pointer: Pointer<never> | undefined): Entries {
  if (pointer === undefined) return new Map();
  if (typeof pointer !== "string" && isBucket(pointer))
    return new Map(pointer.map(({ key, encoded }) => [key, latin1Bytes(encoded)]));
  const node = typeof pointer === "string" ? load(pointer) : pointer;
  return new Map(node.slots.flatMap((slot) => [...entriesOf(load, slot)]));
}

export function mustRead(read: ReadBlock, cid: Cid): Uint8Array {
  const data = read(cid);
  if (data === undefined) throw new Error(`the vector does not hold block ${cidText(cid)}`);
  return data;
}
