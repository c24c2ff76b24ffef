import type { Cid } from "../../encoding/cid.js";
import { BLOCK_GAS_LIMIT, effectivePremium } from "../../message/gas.js";
import { type Check, is, isAmount128, isArray, oneOf } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { ChainNetwork } from "../networks/networks.js";
import { heightOf } from "../networks/upgrades.js";
import type { BlockMessages } from "../types/message-meta.js";
import { listOf, shapeOf } from "../types/shape.js";
import { type ListedMessage, listedCid } from "../types/signed-message.js";

const BLOCK_GAS_TARGET = BLOCK_GAS_LIMIT / 2;
/** attoFIL per gas. */
export const LEAST_BASE_FEE = 100n;
/** The base fee changes by no more than this part of it. */
const MAX_CHANGE = 8n;
/** From the upgrade Breeze on. */
const EPOCHS_OF_LEAST_FEE = 120;
/** The unit of gas whose message says the premium: blocks are taken for 80 % full. */
const PREMIUM_UNIT = BigInt((BLOCK_GAS_LIMIT / 100) * 80 - 1);

const isBlocks: Check = (value) => areBlocks(value) ?? isSome(value);
const areBlocks = listOf(shapeOf<BlockMessages>({ bls: isArray, secp: isArray }));
const isSome = is(
  (value) => (value as readonly unknown[]).length > 0,
  "the messages of a tipset, which has blocks",
);

/** How the base fee follows from the tipset before. */
export type BaseFeeRule =
  /** The least one, for a while after the rule by use had begun. */
  | "least"
  /** By how much gas was asked for, of the first epochs: blocks are taken for four fifths full. */
  | "packedUse"
  /** By how much gas was asked for. */
  | "use"
  /** By the premiums that were offered (FIP-0115). */
  | "premiums";

/** The rule for blocks on a tipset of this epoch. */
export function baseFeeRuleAt(network: ChainNetwork, epoch: number): BaseFeeRule {
  const breeze = heightOf(network, "Breeze") ?? -1;
  if (breeze >= 0 && epoch > breeze && epoch < breeze + EPOCHS_OF_LEAST_FEE) return "least";
  if (epoch >= network.premiumBaseFeeFrom) return "premiums";
  return epoch > (heightOf(network, "Smoke") ?? -1) ? "use" : "packedUse";
}

/**
 * The base fee of the blocks on a tipset, in attoFIL per gas. Source: Lotus chain/store/basefee.go.
 *
 * @param baseFee of the tipset's own blocks
 * @param blocks messages of the tipset's blocks, in its order: one or more
 * @param cidOf CIDs of the messages, by which several blocks have the same ones. Default: they are computed
 * @throws FvmError INVALID_OPTION
 */
export function nextBaseFee(
  rule: BaseFeeRule,
  baseFee: bigint,
  blocks: readonly BlockMessages[],
  cidOf: (listed: ListedMessage) => Cid = listedCid,
): bigint {
  checkOption("rule", rule, oneOf("least", "packedUse", "use", "premiums"));
  checkOption("baseFee", baseFee, isAmount128);
  checkOption("blocks", blocks, isBlocks);
  if (rule === "least") return LEAST_BASE_FEE;
  const change = rule === "premiums" ? byPremiums(baseFee, blocks) : byUse(rule, baseFee, blocks, cidOf);
  const next = baseFee + change;
  return next > LEAST_BASE_FEE ? next : LEAST_BASE_FEE;
}

function byUse(
  rule: "packedUse" | "use",
  baseFee: bigint,
  blocks: readonly BlockMessages[],
  cidOf: (listed: ListedMessage) => Cid,
): bigint {
  const limits = new Map<Cid, bigint>();
  for (const { bls, secp } of blocks) {
    for (const message of bls) limits.set(cidOf(message), BigInt(message.gasLimit));
    for (const signed of secp) limits.set(cidOf(signed), BigInt(signed.message.gasLimit));
  }
  const total = [...limits.values()].reduce((sum, limit) => sum + limit, 0n);
  const count = BigInt(blocks.length);
  const target = BigInt(BLOCK_GAS_TARGET);
  const excess = (rule === "use" ? total / count : (5n * total) / (4n * count)) - target;
  const bounded = excess > target ? target : excess < -target ? -target : excess;
  return floorDivide(floorDivide(baseFee * bounded, target), MAX_CHANGE);
}

function byPremiums(baseFee: bigint, blocks: readonly BlockMessages[]): bigint {
  const seen = new Set<string>();
  const offers: { readonly premium: bigint; readonly gas: bigint }[] = [];
  for (const { bls, secp } of blocks) {
    for (const message of [...bls, ...secp.map((signed) => signed.message)]) {
      const place = `${message.nonce} ${message.from}`;
      if (seen.has(place)) continue;
      seen.add(place);
      offers.push({ premium: effectivePremium(message, baseFee), gas: BigInt(message.gasLimit) });
    }
  }
  const most = (baseFee + MAX_CHANGE - 1n) / MAX_CHANGE;
  const change = decidingPremium(offers) - most;
  return change < most ? change : most;
}

/** The premium of the message that holds the unit of gas, the highest premiums first; 0 if there is less gas. */
function decidingPremium(offers: readonly { readonly premium: bigint; readonly gas: bigint }[]): bigint {
  let below = 0n;
  for (const { premium, gas } of [...offers].sort((a, b) => compare(b.premium, a.premium))) {
    below += gas;
    if (below > PREMIUM_UNIT) return premium;
  }
  return 0n;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
