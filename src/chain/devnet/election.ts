import type { Address } from "../../address/address.js";
import { FvmError } from "../../errors.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { lookbackOf, stateBefore } from "../history/lookback.js";
import type { ChainNetwork } from "../networks/networks.js";
import { ElectionStates } from "../rules/election-states.js";
import { winCount } from "../rules/win-count.js";
import type { SigningKey } from "../signatures/keys.js";
import { drawElectionProof } from "../signatures/sign.js";
import type { BeaconEntry, ElectionProof } from "../types/header.js";

/** A miner of a devnet. */
export interface DevnetMiner {
  /** f0. */
  readonly address: Address;
  /** Signs blocks and draws tickets. */
  readonly worker: SigningKey;
}

/** A miner that has won an epoch, and the proof. */
export interface Winner {
  readonly miner: DevnetMiner;
  readonly electionProof: ElectionProof;
}

/** Options of what waits. */
interface Waiting {
  readonly signal?: AbortSignal;
}

/** Elections of a chain's miners, by the power that they have in its states. */
export class Elections {
  readonly #states: ElectionStates;

  constructor(
    private readonly chain: Chain,
    private readonly network: ChainNetwork,
  ) {
    this.#states = new ElectionStates(chain.blockstore, {});
  }

  /** The candidates that win an epoch after a tipset, in their order. */
  async winners(
    candidates: readonly DevnetMiner[],
    parent: ChainTipset,
    epoch: number,
    beacon: BeaconEntry,
    options: Waiting,
  ): Promise<Winner[]> {
    const { signal } = options;
    const lookback = await lookbackOf(this.chain, this.network, parent, epoch, options);
    if (lookback === undefined) {
      throw new FvmError("INVALID_OPTION", { option: "nullRounds", reason: "more than elections look back" });
    }
    const total = await this.#states.power(lookback.state, signal);
    const winners: Winner[] = [];
    for (const miner of candidates) {
      const claim = await this.#states.claim(lookback.state, miner.address, signal);
      if (claim === undefined) continue;
      const vrfProof = drawElectionProof(
        { header: { miner: miner.address, height: epoch }, beacon },
        miner.worker,
      );
      const wins = winCount(vrfProof, claim.qualityAdjusted, total.qualityAdjusted);
      if (wins > 0) winners.push({ miner, electionProof: { winCount: wins, vrfProof } });
    }
    return winners;
  }

  /** Power of all miners before a tipset was executed, bytes: its weight follows from it. */
  async powerBefore(tipset: ChainTipset, options: Waiting): Promise<bigint> {
    const state = await stateBefore(this.chain, this.network, tipset, options);
    return (await this.#states.power(state, options.signal)).qualityAdjusted;
  }
}
