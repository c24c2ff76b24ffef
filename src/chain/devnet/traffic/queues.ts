import { BLOCK_GAS_LIMIT } from "../../../message/gas.js";
import type { Receipt } from "../../../message/receipt.js";
import type { SignedMessage } from "../../types/signed-message.js";
import type { Draw } from "../draw.js";

/** A message that is to be in blocks. */
export interface Planned {
  readonly signed: SignedMessage;
  /** Another message of the same sender and nonce. */
  readonly rival: () => SignedMessage;
  /** Is told what became of it. */
  readonly learn?: ((receipt: Receipt, epoch: number) => void) | undefined;
}

/** Blocks of 100 that have all of a sender's messages, none of them, or the last one's rival. */
const WHOLE = 45;
const NONE = 30;
const RIVAL = 8;

/**
 * A block's messages, in its order: of each sender's messages the first few, so that several blocks repeat them, and
 * some contradict each other, as those of nodes with different message pools do.
 *
 * @param queues of each sender, by nonce
 */
export function drawBlock(draw: Draw, queues: readonly (readonly Planned[])[]): Planned[] {
  const chosen: Planned[] = [];
  let gas = 0;
  for (const queue of queues) {
    const taken = queue.slice(0, drawCount(draw, queue.length));
    const last = taken.at(-1);
    if (last !== undefined && draw.chance(RIVAL)) taken.splice(-1, 1, rivalOf(last));
    for (const planned of taken) {
      gas += Number(planned.signed.message.gasLimit);
      if (gas > BLOCK_GAS_LIMIT) return inBlockOrder(chosen);
      chosen.push(planned);
    }
  }
  return inBlockOrder(chosen);
}

function drawCount(draw: Draw, most: number): number {
  const percent = draw.below(100);
  if (percent < WHOLE) return most;
  return percent < WHOLE + NONE ? 0 : draw.below(most + 1);
}

/** Does the same, so it is learnt from alike. */
function rivalOf(planned: Planned): Planned {
  return { ...planned, signed: planned.rival() };
}

/** Blocks have messages with aggregated signatures first. */
function inBlockOrder(planned: readonly Planned[]): Planned[] {
  const isBls = ({ signed }: Planned) => signed.signature.type === "bls";
  return [...planned.filter(isBls), ...planned.filter((one) => !isBls(one))];
}
