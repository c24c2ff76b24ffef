import type { StateAt } from "../../inspect/state/inspected-state.js";
import type { Chain } from "../history/chain.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import { type Lookback, lookbackOf, stateBefore } from "../history/lookback.js";
import type { ChainNetwork } from "../networks/networks.js";
import { baseFeeRuleAt, nextBaseFee } from "../rules/base-fee.js";
import type { BeaconEntry } from "../types/header.js";
import type { BlockMessages } from "../types/message-meta.js";
import type { ListedMessage } from "../types/signed-message.js";
import type { TipsetMessages } from "./tipset-messages.js";

/** Facts that follow from a tipset for the blocks of an epoch that are built on it. */
export interface BaseFacts {
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  /** The state that the tipset itself was built on. */
  readonly parentState: StateAt;
  /** Undefined: there are too many null rounds between. */
  readonly lookback: Lookback | undefined;
  /** The last beacon entry up to the tipset. */
  readonly beacon: BeaconEntry | undefined;
}

/** Tipsets in which a beacon entry is looked for. Source: Lotus chain/store/store.go, `GetLatestBeaconEntry`. */
const BEACON_TIPSETS = 20;

/** @param messages of the tipset's blocks; `known` has them */
export async function baseFacts(
  chain: Chain,
  network: ChainNetwork,
  base: ChainTipset,
  epoch: number,
  messages: { readonly blocks: readonly BlockMessages[]; readonly known?: TipsetMessages },
  options: { readonly signal?: AbortSignal },
): Promise<BaseFacts> {
  const { blocks, known } = messages;
  const cidOf = known && ((listed: ListedMessage) => known.cid(listed));
  return {
    baseFee: nextBaseFee(baseFeeRuleAt(network, base.epoch), firstHeader(base).parentBaseFee, blocks, cidOf),
    parentState: await stateBefore(chain, network, base, options),
    lookback: await lookbackOf(chain, network, base, epoch, options),
    beacon: await latestBeacon(chain, base, options),
  };
}

async function latestBeacon(
  chain: Chain,
  base: ChainTipset,
  options: { readonly signal?: AbortSignal },
): Promise<BeaconEntry | undefined> {
  let tipset: ChainTipset | undefined = base;
  for (let looked = 0; tipset !== undefined && looked < BEACON_TIPSETS; looked++) {
    const entry = firstHeader(tipset).beaconEntries.at(-1);
    if (entry !== undefined) return entry;
    tipset = await chain.parent(tipset, options);
  }
  return undefined;
}
