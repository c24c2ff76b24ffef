import type { Cid } from "../../encoding/cid.js";
import { Turns } from "../../util/waits.js";

/** A tipset of the main chain: its epoch, and the CIDs of its headers. */
export interface IndexedTipset {
  readonly epoch: number;
  readonly key: readonly Cid[];
}

/** Where the tipsets of the main chain are, by epoch: a shortcut for looks far back. */
export interface EpochIndex {
  /** CIDs of the headers of the main chain's tipset; undefined after a null round, or if it is not known. */
  keyAt(epoch: number): readonly Cid[] | undefined | Promise<readonly Cid[] | undefined>;
  /** The tipsets between two epochs, both included, ascending. Default: each epoch is asked for. */
  keys?(range: { readonly from: number; readonly to: number }): AsyncIterable<IndexedTipset>;
}

/** The tipsets of an index between two epochs, both included, ascending. Throws the signal's reason. */
export async function* indexedTipsets(
  index: EpochIndex,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<IndexedTipset, undefined> {
  const turns = new Turns(signal);
  for await (const tipset of index.keys?.(range) ?? eachEpoch(index, range, turns)) {
    await turns.next();
    yield tipset;
  }
}

async function* eachEpoch(
  index: EpochIndex,
  { from, to }: { readonly from: number; readonly to: number },
  turns: Turns,
): AsyncGenerator<IndexedTipset, undefined> {
  for (let epoch = from; epoch <= to; epoch++) {
    await turns.next();
    const key = await index.keyAt(epoch);
    if (key !== undefined) yield { epoch, key };
  }
}
