import { FvmError } from "../../errors.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import { LAST_EPOCH } from "./epoch-segments.js";

/** Throws `FvmError` INVALID_SNAPSHOT unless an index has a place for the head's epoch. */
export function checkHeadEpoch(head: ChainTipset): void {
  if (head.epoch >= 0 && head.epoch <= LAST_EPOCH) return;
  const reason = `its head is of epoch ${firstHeader(head).height}, which is not from 0 to ${LAST_EPOCH}`;
  throw new FvmError("INVALID_SNAPSHOT", { reason });
}

/**
 * Throws `FvmError` INVALID_SNAPSHOT unless the head has the timestamp of its epoch, which is the same on all forks.
 * Source: Lotus chain/consensus/filcns/filecoin.go, `ValidateBlock`.
 */
export function checkHeadTime({ genesis, blockDelay }: ChainNetwork, head: ChainTipset): void {
  const expected = BigInt(genesis.timestamp) + BigInt(blockDelay) * BigInt(head.epoch);
  const other = head.headers.find(({ timestamp }) => BigInt(timestamp) !== expected);
  if (other === undefined) return;
  const reason = `its head is of epoch ${head.epoch}, whose timestamp is ${expected}, and has ${other.timestamp}`;
  throw new FvmError("INVALID_SNAPSHOT", { reason });
}
