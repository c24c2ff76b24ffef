import type { StateAt } from "../../inspect/state/inspected-state.js";
import { FINALITY } from "../networks/finality.js";
import { networkVersionAt, type UpgradeSchedule } from "../networks/upgrades.js";
import type { Chain } from "./chain.js";
import { type ChainTipset, firstHeader } from "./chain-tipset.js";

/** Epochs that elections look back, from network version 4 on. */
const ELECTION_LOOKBACK = FINALITY;

/** States that decide who may mine. */
export interface Lookback {
  /** State of workers and power. */
  readonly state: StateAt;
  /** State in which a miner must have enough power. One tipset earlier, for historical reasons. */
  readonly before: StateAt;
}

/**
 * The states that elections on a tipset look back to. Undefined: there are too many null rounds between.
 * Source: Lotus chain/stmgr/utils.go, `GetLookbackTipSetForRound`.
 *
 * @param epoch of the election, after the tipset's
 */
export async function lookbackOf(
  chain: Chain,
  schedule: UpgradeSchedule,
  base: ChainTipset,
  epoch: number,
  options: { readonly signal?: AbortSignal },
): Promise<Lookback | undefined> {
  const target = lookbackEpoch(epoch);
  if (target >= base.epoch) {
    if (base.epoch > 0) return undefined;
    const state = await stateBefore(chain, schedule, base, options);
    return { state, before: state };
  }
  const next = (await chain.tipsetAt(target + 1, base, "after", options)) as ChainTipset;
  const tipset = (await chain.parent(next, options)) as ChainTipset;
  return {
    state: await stateBefore(chain, schedule, next, options),
    before: await stateBefore(chain, schedule, tipset, options),
  };
}

/** The epoch that an election looks back to. */
export function lookbackEpoch(epoch: number): number {
  return Math.max(0, epoch - ELECTION_LOOKBACK);
}

/** The state that a tipset was built on: the one that its parent left, of whose network version it still is. */
export async function stateBefore(
  chain: Chain,
  schedule: UpgradeSchedule,
  tipset: ChainTipset,
  options: { readonly signal?: AbortSignal },
): Promise<StateAt> {
  const parent = await chain.parent(tipset, options);
  return {
    root: firstHeader(tipset).parentStateRoot,
    network: networkVersionAt(schedule, parent?.epoch ?? 0),
  };
}
