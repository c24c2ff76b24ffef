/** Fees of past blocks. Source: Lotus node/impl/eth/gas.go, `EthFeeHistory`. */
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { type Hex, quantity } from "../../inspect/tracers/hex.js";
import { BLOCK_GAS_LIMIT, effectivePremium } from "../../message/gas.js";
import type { ExecutedTipset } from "../chain/executed-tipset.js";
import type { NodeChain } from "../chain/node-chain.js";
import { failed } from "../rpc/errors.js";

/** Fees in JSON, the oldest block's first. */
export interface FeeHistoryJson {
  readonly oldestBlock: Hex;
  /** attoFIL per gas. One more than blocks: the newest one's is there twice, since the next one's is not known. */
  readonly baseFeePerGas: readonly Hex[];
  /** Gas used, of the gas that all blocks of a tipset may use. */
  readonly gasUsedRatio: readonly number[];
  /** attoFIL per gas: of each block the premium at each percentile of its gas. Absent if none were asked for. */
  readonly reward?: readonly (readonly Hex[])[];
}

/** Which premiums are told. */
export interface RewardOptions {
  /** As `checkFeeHistory` has checked them; undefined: none. */
  readonly percentiles: readonly number[] | undefined;
  /** attoFIL per gas, of blocks without messages. */
  readonly leastPremium: bigint;
}

const MOST_BLOCKS = 1024n;
const MOST_PERCENTILES = 100;

/** Throws `RpcError` if too much is asked for, or percentiles that are none. */
export function checkFeeHistory(count: bigint, percentiles: readonly number[]): void {
  if (count > MOST_BLOCKS) throw failed("block count should be smaller than 1024");
  if (percentiles.length > MOST_PERCENTILES) {
    throw failed("length of the reward percentile array cannot be greater than 100");
  }
  for (const [i, percentile] of percentiles.entries()) {
    const text = `invalid reward percentile: ${percentile.toFixed(6)} should be`;
    if (percentile < 0 || percentile > 100) throw failed(`${text} between 0 and 100`);
    const before = percentiles[i - 1] ?? percentile;
    if (percentile < before) throw failed(`${text} larger than ${before.toFixed(6)}`);
  }
}

/**
 * Fees of a tipset and those before it; null rounds and genesis do not count. Throws as `NodeChain.executed`.
 */
export async function feeHistory(
  chain: NodeChain,
  newest: ChainTipset,
  count: bigint,
  { percentiles, leastPremium }: RewardOptions,
  options: ChainReadOptions,
): Promise<FeeHistoryJson> {
  const baseFees = [baseFeeOf(newest)];
  const ratios: number[] = [];
  const rewards: Hex[][] = [];
  let oldest = 1;
  for (let at: ChainTipset | undefined = newest; at !== undefined && at.epoch > 0; ) {
    if (ratios.length >= Number(count)) break;
    const executed = await chain.executed(at, options);
    const gasUsed = sumOf(executed.messages.map(({ receipt }) => Number(receipt.gasUsed)));
    baseFees.push(baseFeeOf(at));
    ratios.push(gasUsed / (BLOCK_GAS_LIMIT * at.headers.length));
    rewards.push(rewardsOf(executed, { percentiles, leastPremium }, gasUsed));
    oldest = at.epoch;
    at = await chain.chain.parent(at, options);
  }
  return {
    oldestBlock: quantity(oldest),
    baseFeePerGas: baseFees.reverse(),
    gasUsedRatio: ratios.reverse(),
    ...(percentiles !== undefined && { reward: rewards.reverse() }),
  };
}

function baseFeeOf(tipset: ChainTipset): Hex {
  return quantity(firstHeader(tipset).parentBaseFee);
}

/** Premiums at percentiles of the gas that a tipset used; the least one where it has no messages. */
function rewardsOf(
  { tipset, messages }: ExecutedTipset,
  { percentiles = [], leastPremium }: RewardOptions,
  gasUsed: number,
): Hex[] {
  const { parentBaseFee } = firstHeader(tipset);
  const premiums = messages
    .map(({ message, receipt }) => ({
      premium: effectivePremium(message, parentBaseFee),
      gas: Number(receipt.gasUsed),
    }))
    .sort((a, b) => (a.premium < b.premium ? -1 : Number(a.premium > b.premium)));
  let [place, sum] = [0, 0];
  return percentiles.map((percentile) => {
    const threshold = Math.trunc((gasUsed * percentile) / 100);
    while (sum < threshold && place < premiums.length - 1) sum += premiums[place++]?.gas ?? 0;
    return quantity(premiums[place]?.premium ?? leastPremium);
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
