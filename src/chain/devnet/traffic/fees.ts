import type { Message } from "../../../message/message.js";
import type { Draw } from "../draw.js";

/** attoFIL per gas. */
const MOST_PREMIUM = 200_000;
/** The base fee rises by no more than this part of it. */
const BASE_FEE_STEP = 8n;

/**
 * Fees of a message for the next tipset. Cheap ones have a cap below the next base fee, however much that falls: their
 * miner pays the rest. Transactions with one price have no premium of their own.
 *
 * @param baseFee of the tipset before
 */
export function drawFees(
  draw: Draw,
  baseFee: bigint,
  { isCheap, hasOnePrice }: { readonly isCheap: boolean; readonly hasOnePrice: boolean },
): Pick<Message, "gasFeeCap" | "gasPremium"> {
  const premium = isCheap ? 0n : BigInt(draw.below(MOST_PREMIUM));
  const gasFeeCap = isCheap ? baseFee / 2n : baseFee + baseFee / BASE_FEE_STEP + 1n + premium;
  return { gasFeeCap, gasPremium: hasOnePrice ? gasFeeCap : premium };
}
