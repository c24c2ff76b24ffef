import type { Cid } from "../../encoding/cid.js";
import { throwIfAborted } from "../../util/abort.js";
import type { Chain, EpochIndex } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";

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
  const keys = new Map<number, readonly Cid[]>();
  const options = signal === undefined ? {} : { signal };
  for (let at: ChainTipset | undefined = head; at !== undefined && at.epoch >= from; ) {
    throwIfAborted(signal);
    keys.set(at.epoch, at.key);
    at = await chain.parent(at, options);
  }
  return { chain, head, index: { keyAt: (epoch) => keys.get(epoch) } };
}

/** The tipsets of some epochs, ascending. */
export async function* tipsetsOf(
  { chain, index }: MainChain,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<ChainTipset, undefined> {
  for (let epoch = from; epoch <= to; epoch++) {
    const key = await index.keyAt(epoch);
    if (key !== undefined) yield await chain.tipset(key, signal === undefined ? {} : { signal });
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
