import type { Chain } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import type { NetworkSource } from "../../chain/store/network-source.js";
import { FvmError } from "../../errors.js";
import type { Outcome } from "./block-maker.js";
import type { ForkPoint } from "./chain-base.js";

/** The last tipset up to an epoch, below the head. Throws `FvmError` INVALID_OPTION; as `Chain.tipsetAt`. */
export async function pointBelow(
  chain: Chain,
  head: ChainTipset,
  epoch: number | undefined,
  network: NetworkSource,
): Promise<ForkPoint> {
  if (head.epoch === 0) {
    if (epoch !== undefined && epoch !== 0) throw noSuchEpoch(epoch, 0);
    return { network, key: head.key, outcome: undefined };
  }
  if (epoch !== undefined && epoch >= head.epoch) throw noSuchEpoch(epoch, head.epoch - 1);
  const child = epoch === undefined ? head : await chain.tipsetAt(epoch + 1, head, "after");
  const { parents, parentStateRoot, parentMessageReceipts } = firstHeader(child ?? head);
  const outcome: Outcome = { stateRoot: parentStateRoot, receiptsRoot: parentMessageReceipts };
  return { network, key: parents, outcome };
}

function noSuchEpoch(epoch: number, last: number): FvmError {
  const reason = `epoch ${epoch}, and the last one whose results are there is ${last}`;
  return new FvmError("INVALID_OPTION", { option: "from", reason });
}
