/** A chain's index in parts of the same number of epochs, for those who have none: keys of tipsets by epoch. */
import { createHash } from "node:crypto";
import type { EpochIndex, IndexedTipset } from "../chain/history/epoch-index.js";
import type { EpochRange } from "../chain/store/ranges.js";
import { CborReader, CborWriter } from "../ipld/cbor.js";

/** Epochs of a chunk. */
const EPOCHS = 512;
/**
 * Chunks below the one in which a range begins. Elections look back 900 epochs and consensus faults as far; randomness
 * for new sectors up to some 3,800. Looks further back go on from parent to parent.
 */
const BEFORE = 8;

/** A part of an index. */
export interface EpochChunk {
  /** Name that follows from the data. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** Numbers of the chunks that a range looks into. */
export function chunksFor({ from, to }: EpochRange): number[] {
  const [first, last] = [Math.max(0, Math.floor(from / EPOCHS) - BEFORE), Math.floor(to / EPOCHS)];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A chunk of an index, by its number. */
export async function epochChunk(index: Required<EpochIndex>, number: number): Promise<EpochChunk> {
  const tipsets: IndexedTipset[] = [];
  const from = number * EPOCHS;
  for await (const tipset of index.keys({ from, to: from + EPOCHS - 1 })) tipsets.push(tipset);
  const writer = new CborWriter().array(tipsets.length);
  for (const { epoch, key } of tipsets) {
    writer.array(2).u64(epoch).array(key.length);
    for (const cid of key) writer.cid(cid);
  }
  const data = writer.finish();
  return { name: createHash("sha256").update(data).digest("hex"), data };
}

/** The index that chunks are of, as far as they go. @param chunks ascending */
export function indexOfChunks(chunks: readonly Uint8Array[]): Required<EpochIndex> {
  const tipsets = chunks.flatMap(tipsetsOf);
  const byEpoch = new Map(tipsets.map(({ epoch, key }) => [epoch, key]));
  return {
    keyAt: (epoch) => byEpoch.get(epoch),
    async *keys({ from, to }) {
      yield* tipsets.filter(({ epoch }) => from <= epoch && epoch <= to);
    },
  };
}

function tipsetsOf(data: Uint8Array): IndexedTipset[] {
  const reader = new CborReader(data);
  return Array.from({ length: reader.array() }, () => {
    reader.tuple(2);
    const epoch = Number(reader.u64());
    return { epoch, key: Array.from({ length: reader.array() }, () => reader.cid()) };
  });
}
