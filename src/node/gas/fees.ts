/** Fees that Lotus proposes. Source: Lotus node/impl/gasutils/gasutils.go. */
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import type { NodeChain } from "../chain/node-chain.js";

/** attoFIL per gas: what a premium is at least, beyond the first epochs. */
export const LEAST_PREMIUM = 100_000n;
/** Premiums for messages that are to be in one of the next one or two blocks, at least. */
const LEAST_SOON: Readonly<Record<number, bigint>> = { 1: 2n * LEAST_PREMIUM, 2: (3n * LEAST_PREMIUM) / 2n };
const MOST_BLOCKS = 128;
/** Tipsets that are looked at for each block in which the message may be. */
const TIPSETS_PER_BLOCK = 2;
const BLOCK_GAS_TARGET = BigInt(BLOCK_GAS_LIMIT / 2);
/** By how much the base fee may grow from block to block. */
const GROWTH = 1 + 1 / 8;
/** Fractions that a growth is counted in. */
const GROWTH_UNIT = 256;
const MOST_GROWTH = 2n ** 63n;

/**
 * The premium, attoFIL per gas, with which a message should be in one of the next blocks: about the median of the last
 * tipsets before one, by gas. Without the noise that Lotus adds. Throws as `NodeChain.messages`.
 *
 * @param blocks 0 is 1
 */
export async function proposedPremium(
  chain: NodeChain,
  tipset: ChainTipset,
  blocks: number,
  options: ChainReadOptions,
): Promise<bigint> {
  const within = Math.min(Math.max(blocks, 1), MOST_BLOCKS);
  const offers: Pick<Message, "gasPremium" | "gasLimit">[] = [];
  let count = 0;
  let at: ChainTipset | undefined = tipset;
  for (let i = 0; i < within * TIPSETS_PER_BLOCK; i++) {
    at = await chain.chain.parent(at, options);
    if (at === undefined) break;
    count += at.headers.length;
    for (const { message } of await chain.messages(at, options)) offers.push(message);
  }
  const premium = medianPremium(offers, count);
  return premium < LEAST_PREMIUM ? (LEAST_SOON[within] ?? LEAST_PREMIUM) : premium;
}

/** Premium at 52.5 % of the gas that so many blocks aim at, the highest first. */
function medianPremium(offers: readonly Pick<Message, "gasPremium" | "gasLimit">[], blocks: number): bigint {
  const sorted = [...offers].sort((a, b) => (a.gasPremium > b.gasPremium ? -1 : 1));
  const target = BLOCK_GAS_TARGET * BigInt(blocks);
  let left = target / 2n + target / 40n;
  let [last, before] = [0n, 0n];
  for (const { gasPremium, gasLimit } of sorted) {
    [last, before] = [gasPremium, last];
    left -= BigInt(gasLimit);
    if (left < 0n) break;
  }
  return before === 0n ? last : (last + before) / 2n;
}

/** The base fee, attoFIL per gas, after so many full blocks on a tipset's. */
export function grownBaseFee(tipset: ChainTipset, blocks: number): bigint {
  const growth = Math.floor(GROWTH ** blocks * GROWTH_UNIT);
  const factor = Number.isFinite(growth) && growth < 2 ** 63 ? BigInt(growth) : MOST_GROWTH;
  return (firstHeader(tipset).parentBaseFee * factor) / BigInt(GROWTH_UNIT);
}

/** Fees that a caller wants to pay, attoFIL. */
export interface FeeLimit {
  /** For all of the gas. Default: 0.07 FIL. */
  readonly maxFee?: bigint;
  /** Whether the fee cap is to be as high as that allows. */
  readonly maximizeFeeCap?: boolean;
}

/** Configuration of Lotus, `DefaultMaxFee`. */
const MOST_FEE = 70_000_000_000_000_000n;

/** A message whose fees cost no more than its sender wants to pay. Source: Lotus chain/messagepool, `CapGasFee`. */
export function withinFee(message: Message, { maxFee = 0n, maximizeFeeCap = false }: FeeLimit): Message {
  const most = maxFee === 0n ? MOST_FEE : maxFee;
  const gas = BigInt(message.gasLimit);
  const isTooMuch = message.gasFeeCap * gas > most;
  const gasFeeCap = maximizeFeeCap || isTooMuch ? most / gas : message.gasFeeCap;
  return { ...message, gasFeeCap, gasPremium: min(gasFeeCap, message.gasPremium) };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
