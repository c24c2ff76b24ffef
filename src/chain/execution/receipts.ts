import type { Cid } from "../../encoding/cid.js";
import { type AmtLayout, buildAmt, CHAIN_AMT, EVENTS_AMT } from "../../ipld/amt.js";
import type { Block } from "../../ipld/block-access.js";
import type { Codec } from "../../ipld/cbor.js";
import { eventCodec } from "../../message/event.js";
import { type Receipt, receiptCodec, receiptV0Codec } from "../../message/receipt.js";
import { native } from "../../native/index.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { NetworkVersion } from "../../vm/network/version.js";

/** The array of a tipset's receipts: its root, and its blocks with the root's last. */
export function receiptsArray(
  receipts: readonly Receipt[],
  network: NetworkVersion,
): { root: Cid; blocks: readonly Block[] } {
  const codec = network.rules.executor.receiptHasEventsRoot ? receiptCodec : receiptV0Codec;
  return arrayBlocks(receipts, codec, CHAIN_AMT);
}

/** Blocks of a message's events, whose array its receipt names. Nothing is done if there are none. */
export function eventBlocks({ receipt, events }: Pick<ApplyResult, "receipt" | "events">): readonly Block[] {
  return receipt.eventsRoot === undefined ? [] : arrayBlocks(events, eventCodec, EVENTS_AMT).blocks;
}

/** An array in blocks, the root's last. */
function arrayBlocks<V>(
  values: readonly V[],
  codec: Codec<V>,
  layout: AmtLayout,
): { root: Cid; blocks: readonly Block[] } {
  const blocks: Block[] = [];
  const root = buildAmt(values, codec, layout, (ipldCodec, data) => {
    const cid = native.cidOf(ipldCodec, data);
    blocks.push({ cid, data: latin1Bytes(data) });
    return cid;
  });
  return { root, blocks };
}
