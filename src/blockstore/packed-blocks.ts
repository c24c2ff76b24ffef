import type { Cid } from "../encoding/cid.js";
import type { Block } from "../ipld/block-access.js";

/** Blocks in one piece of memory that threads share. */
export interface PackedBlocks {
  readonly cids: readonly Cid[];
  /** Where each block ends in the memory, in bytes; it begins where the one before ends. */
  readonly ends: readonly number[];
  readonly memory: SharedArrayBuffer;
}

/** Copies blocks into memory for several threads. */
export function packBlocks(blocks: readonly Block[]): PackedBlocks {
  const ends: number[] = [];
  let end = 0;
  for (const { data } of blocks) {
    end += data.length;
    ends.push(end);
  }
  const memory = new SharedArrayBuffer(end);
  const bytes = new Uint8Array(memory);
  for (const [i, { data }] of blocks.entries()) bytes.set(data, ends[i - 1] ?? 0);
  return { cids: blocks.map(({ cid }) => cid), ends, memory };
}

/** A block's bytes, which are not copied; undefined if it is not there. */
export function packedBlock({ cids, ends, memory }: PackedBlocks, cid: Cid): Uint8Array | undefined {
  const place = cids.indexOf(cid);
  if (place < 0) return undefined;
  const start = ends[place - 1] ?? 0;
  return new Uint8Array(memory, start, (ends[place] as number) - start);
}

/** The blocks in a piece of memory, which is not copied. */
export function unpackedBlocks({ cids, ends, memory }: PackedBlocks): Block[] {
  const bytes = new Uint8Array(memory);
  return cids.map((cid, i) => ({ cid, data: bytes.subarray(ends[i - 1] ?? 0, ends[i]) }));
}
