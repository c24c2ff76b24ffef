import type { Message } from "../../../message/message.js";
import type { Draw } from "../draw.js";

/**
 * How a message's fees are to the next base fee and its sender: enough; a cap below the base fee, however much that falls,
 * so that the miner pays the rest; or more than the sender has, so that the message fails before it begins.
 */
export type FeeLevel = "enough" | "cheap" | "unpayable";

/** attoFIL per gas. */
const MOST_PREMIUM = 200_000;
const UNPAYABLE = 10n ** 18n;
/** The base fee rises by no more than this part of it. */
const BASE_FEE_STEP = 8n;

/** The fee cap without the premium, by the base fee of the tipset before. */
const CAPS: Readonly<Record<FeeLevel, (baseFee: bigint) => bigint>> = {
  enough: (baseFee) => baseFee + baseFee / BASE_FEE_STEP + 1n,
  cheap: (baseFee) => baseFee / 2n,
  unpayable: () => UNPAYABLE,
};

/**
 * Fees of a message for the next tipset.
 *
 * @param baseFee of the tipset before
 * @param hasOnePrice whether the premium is the fee cap, as in older transactions
 */
export function drawFees(
  draw: Draw,
  baseFee: bigint,
  level: FeeLevel,
  hasOnePrice: boolean,
): Pick<Message, "gasFeeCap" | "gasPremium"> {
  const premium = level === "enough" ? BigInt(draw.below(MOST_PREMIUM)) : 0n;
  const gasFeeCap = CAPS[level](baseFee) + premium;
  return { gasFeeCap, gasPremium: hasOnePrice ? gasFeeCap : premium };
}
