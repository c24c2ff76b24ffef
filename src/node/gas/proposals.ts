import type { ChainReadOptions } from "../../chain/history/chain.js";
import { overestimated } from "../../simulate/lotus-estimate.js";
import type { NodeChain } from "../chain/node-chain.js";
import { LEAST_PREMIUM, proposedPremium } from "./fees.js";

/** Fees that Ethereum's clients are told to pay. */
export interface Proposals {
  /** Gas limit of a message that has used so much. */
  gasLimit(used: number): number;
  /** attoFIL per gas with which a message should be in the next block. Throws as `NodeChain.messages`. */
  premium(chain: NodeChain, options: ChainReadOptions): Promise<bigint>;
  /** attoFIL per gas: premium of blocks without messages, by which to go. */
  readonly leastPremium: bigint;
}

/** As Lotus has them. */
export const lotusProposals: Proposals = {
  gasLimit: overestimated,
  premium: (chain, options) => proposedPremium(chain, chain.head, 0, options),
  leastPremium: LEAST_PREMIUM,
};

/**
 * Percent of the gas used. Up to 110 a limit costs nothing more (ref-fvm fvm/src/gas/outputs.rs); what is sent may use
 * less than what was tried, since it has other fees and fewer bytes.
 */
const PERCENT_WITHOUT_BURN = 108;

/**
 * So that a fee is the base fee times the gas used. With a higher limit some gas is burnt, and the premium is paid for all
 * of the limit; the fee is then no price times the gas used, as clients of Ethereum take for granted.
 */
export const wholeFees: Proposals = {
  gasLimit: (used) => Math.floor((used * PERCENT_WITHOUT_BURN) / 100),
  premium: async () => 0n,
  leastPremium: 0n,
};
