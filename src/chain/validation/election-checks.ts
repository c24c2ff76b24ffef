import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { Lookback } from "../history/lookback.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { ElectionStates } from "../rules/election-states.js";
import { winCount } from "../rules/win-count.js";
import type { BlockHeader } from "../types/header.js";
import { type BlockRefusal, refusal } from "./refusal.js";

/** Miners with enough power from which on those with less may not mine. Source: specs-actors actors/builtin/power. */
export const CONSENSUS_MINERS = 4;

/** Whom questions about states are put to. */
type States = Pick<ElectionStates, "claim" | "miner" | "power">;

/** Facts against which an election is checked. */
export interface ElectionSetting {
  readonly network: ChainNetwork;
  readonly base: ChainTipset;
  /** The state that the base's own parents have left. */
  readonly parentState: StateAt;
  readonly lookback: Lookback;
}

/** A block's election: why it counts for nothing, or whose key has to have signed what. */
export type Election =
  | { readonly refusal: BlockRefusal }
  | { readonly refusal?: undefined; readonly worker: Address };

/**
 * Whether a block's miner may mine, and has won as often as it says. Source: Lotus chain/stmgr/actors.go,
 * `MinerEligibleToMine`.
 *
 * @param header with an election proof, of a miner that is named by its ID
 */
export async function checkElection(
  states: States,
  { miner, electionProof }: BlockHeader,
  { network, base, parentState, lookback }: ElectionSetting,
  signal: AbortSignal | undefined,
): Promise<Election> {
  const name = formatAddress(miner, network.letter);
  const refuse = (reason: string) => ({ refusal: refusal("MINER_NOT_ELIGIBLE", { miner: name, reason }) });
  const { claim: now, standing } = await states.miner(parentState, miner, signal);
  if (now === undefined) return { refusal: refusal("MINER_UNKNOWN", { miner: name }) };
  if (!(await hasEnoughPower(states, lookback.before, miner, network.leastPower, signal))) {
    return refuse("it had too little power at the epoch that elections look back to");
  }
  if (now.qualityAdjusted <= 0n) return refuse("it has no power");
  if (standing === undefined) return refuse("it is no storage miner");
  if (standing.feeDebt !== 0n) return refuse(`it owes ${standing.feeDebt} attoFIL`);
  if (base.epoch <= standing.faultElapsed) {
    return refuse(`it is punished for a consensus fault up to epoch ${standing.faultElapsed}`);
  }
  const { claim: then, standing: old } = await states.miner(lookback.state, miner, signal);
  const worker = old?.worker;
  if (then === undefined || worker === undefined) {
    return refuse("it had no power or worker at the epoch that elections look back to");
  }
  const { qualityAdjusted: total } = await states.power(lookback.state, signal);
  const found = electionProof?.winCount ?? 0;
  const expected = winCount(electionProof?.vrfProof ?? new Uint8Array(), then.qualityAdjusted, total);
  if (BigInt(found) !== BigInt(expected)) return { refusal: refusal("WIN_COUNT", { expected, found }) };
  return { worker };
}

/** Source: specs-actors actors/builtin/power, `MinerNominalPowerMeetsConsensusMinimum`. */
async function hasEnoughPower(
  states: States,
  state: StateAt,
  miner: Address,
  leastPower: bigint,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const claim = await states.claim(state, miner, signal);
  if (claim === undefined) return false;
  if (claim.raw >= leastPower) return true;
  const { minersAboveLeast } = await states.power(state, signal);
  return minersAboveLeast < CONSENSUS_MINERS && claim.raw > 0n;
}
