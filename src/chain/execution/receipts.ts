import type { Cid } from "../../encoding/cid.js";
import { buildAmt, CHAIN_AMT } from "../../ipld/amt.js";
import type { Block } from "../../ipld/block-access.js";
import { type Receipt, receiptCodec, receiptV0Codec } from "../../message/receipt.js";
import { native } from "../../native/index.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { NetworkVersion } from "../../vm/network/version.js";

/** The array of a tipset's receipts: its root, and its blocks with the root's last. */
export function receiptsArray(
  receipts: readonly Receipt[],
  network: NetworkVersion,
): { root: Cid; blocks: readonly Block[] } {
  const codec = network.rules.executor.receiptHasEventsRoot ? receiptCodec : receiptV0Codec;
  const blocks: Block[] = [];
  const root = buildAmt(receipts, codec, CHAIN_AMT, (ipldCodec, data) => {
    const cid = native.cidOf(ipldCodec, data);
    blocks.push({ cid, data: latin1Bytes(data) });
    return cid;
  });
  return { root, blocks };
}
