import type { ChainReadOptions, NullRoundChoice } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader, isSameTipset } from "../../chain/history/chain-tipset.js";
import { FINALITY, SAFE_DISTANCE } from "../../chain/networks/finality.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { Turns } from "../../util/waits.js";
import type { NodeChain } from "../chain/node-chain.js";
import { failed, missingCid, notFoundText, wrapping } from "./failures.js";

/** A tipset's key as a caller gives it; undefined: the head. */
export type TipsetKey = readonly Cid[] | undefined;

/** A step from one tipset to another. */
export interface TipsetStep {
  readonly type: "revert" | "apply";
  readonly tipset: ChainTipset;
}

/** Tipsets on a way that is answered. */
const LONGEST_PATH = 20_000;

/** Lotus's words for a tipset that it cannot load. */
export function loadingText(key: TipsetKey): string {
  return `loading tipset {${(key ?? []).map(cidText).join(",")}}`;
}

/** The tipset of a key. Throws `RpcError` if a header is not there; as `Chain.tipset`. */
export async function loadTipset(
  { chain }: NodeChain,
  key: readonly Cid[],
  options: ChainReadOptions,
): Promise<ChainTipset> {
  if (key.length === 0) throw failed("NewTipSet called with zero length array of blocks");
  try {
    return await chain.tipset(key, options);
  } catch (error) {
    const missing = missingCid(error);
    if (missing === undefined) throw error;
    throw failed(`get block ${cidText(missing)}: ${notFoundText(missing)}`, { cause: error });
  }
}

/** The tipset of a key, or the head. Throws as `loadTipset`. */
export async function tipsetOf(
  chain: NodeChain,
  key: TipsetKey,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  return key === undefined ? chain.head : loadTipset(chain, key, options);
}

/** As `tipsetOf`, with the words of most methods. */
export async function namedTipset(
  chain: NodeChain,
  key: TipsetKey,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  return wrapping(loadingText(key), () => tipsetOf(chain, key, options));
}

/**
 * The tipset of an epoch among a tipset and its ancestors. Throws `RpcError` outside of them. Source: Lotus
 * chain/store/store.go, `GetTipsetByHeight`.
 */
export async function tipsetByHeight(
  chain: NodeChain,
  epoch: number,
  from: ChainTipset,
  nullRound: NullRoundChoice,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  if (epoch < 0) throw failed(`height ${epoch} is negative`);
  const found = await wrapping(undefined, () => chain.chain.tipsetAt(epoch, from, nullRound, options));
  if (found !== undefined) return found;
  throw failed(`looking for tipset with height greater than start point, req: ${epoch}, head: ${from.epoch}`);
}

/** The tipset that is taken for final, as there are no certificates of it. Source: Lotus node/impl/full/chain_v2.go. */
export async function finalizedTipset(chain: NodeChain, options: ChainReadOptions): Promise<ChainTipset> {
  return tipsetByHeight(chain, Math.max(0, chain.head.epoch - FINALITY), chain.head, "before", options);
}

/** The tipset that is taken for safe. Source: Lotus node/impl/full/chain_v2.go, `getLatestSafeTipSet`. */
export async function safeTipset(chain: NodeChain, options: ChainReadOptions): Promise<ChainTipset> {
  return tipsetByHeight(chain, Math.max(0, chain.head.epoch - SAFE_DISTANCE), chain.head, "before", options);
}

/**
 * The way from one tipset to another: what is reverted, newest first, and then what is applied. Source: Lotus
 * chain/store/store.go, `GetPath`.
 */
export async function pathBetween(
  chain: NodeChain,
  from: readonly Cid[],
  to: readonly Cid[],
  options: ChainReadOptions,
): Promise<TipsetStep[]> {
  let left = await wrapping(`loading from tipset {${from.map(cidText).join(",")}}`, () =>
    loadTipset(chain, from, options),
  );
  let right = await wrapping(`loading to tipset {${to.map(cidText).join(",")}}`, () =>
    loadTipset(chain, to, options),
  );
  const reverts: TipsetStep[] = [];
  const applies: TipsetStep[] = [];
  const turns = new Turns(options.signal);
  return wrapping("error getting tipset branches", async () => {
    while (!isSameTipset(left.key, right.key)) {
      await turns.next();
      if (reverts.length + applies.length >= LONGEST_PATH) {
        throw failed(`the way is longer than ${LONGEST_PATH} tipsets`);
      }
      if (left.epoch > right.epoch) {
        reverts.push({ type: "revert", tipset: left });
        left = await loadTipset(chain, firstHeader(left).parents, options);
      } else {
        applies.push({ type: "apply", tipset: right });
        right = await loadTipset(chain, firstHeader(right).parents, options);
      }
    }
    return [...reverts, ...applies.reverse()];
  });
}
