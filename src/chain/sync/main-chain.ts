import { Turns } from "../../util/waits.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { type EpochIndex, type IndexedTipset, indexedTipsets } from "../history/epoch-index.js";
import { atEpoch } from "./at-epoch.js";

/** A chain up to a head, which can be walked upwards. */
export interface MainChain {
  readonly chain: Chain;
  readonly head: ChainTipset;
  /** Keys of all its tipsets. */
  readonly index: EpochIndex;
}

/**
 * The chain below a head, indexed by going back to genesis or to the first epoch that is asked for: a store has an index
 * already. Throws as `Chain.parent`, and the signal's reason.
 */
export async function mainChain(
  chain: Chain,
  head: ChainTipset,
  { from = 0, signal }: { readonly from?: number; readonly signal?: AbortSignal } = {},
): Promise<MainChain> {
  const descending: IndexedTipset[] = [];
  const turns = new Turns(signal);
  const options = signal === undefined ? {} : { signal };
  for (let at: ChainTipset | undefined = head; at !== undefined && at.epoch >= from; ) {
    await turns.next();
    descending.push({ epoch: at.epoch, key: at.key });
    at = await chain.parent(at, options);
  }
  return { chain, head, index: indexOf(descending.reverse()) };
}

function indexOf(ascending: readonly IndexedTipset[]): EpochIndex {
  const byEpoch = new Map(ascending.map(({ epoch, key }) => [epoch, key]));
  return {
    keyAt: (epoch) => byEpoch.get(epoch),
    async *keys({ from, to }) {
      yield* ascending.filter(({ epoch }) => from <= epoch && epoch <= to);
    },
  };
}

/** The tipsets of some epochs, ascending. Faults of the store name the epoch. */
export async function* tipsetsOf(
  { chain, index }: MainChain,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<ChainTipset, undefined> {
  for await (const { epoch, key } of indexedTipsets(index, { from, to }, signal)) {
    try {
      yield await chain.tipset(key, signal === undefined ? {} : { signal });
    } catch (error) {
      throw atEpoch(error, epoch);
    }
  }
}

/** The first tipset after an epoch; undefined after the head's. */
export async function tipsetAfter(
  main: MainChain,
  epoch: number,
  signal: AbortSignal | undefined,
): Promise<ChainTipset | undefined> {
  for await (const tipset of tipsetsOf(main, { from: epoch + 1, to: main.head.epoch }, signal)) return tipset;
  return undefined;
}
