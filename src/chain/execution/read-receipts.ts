import { type BlockAccessOptions, readBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, checkCid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { Amt, type AmtLayout, CHAIN_AMT, EVENTS_AMT } from "../../ipld/amt.js";
import type { Codec } from "../../ipld/cbor.js";
import { eventCodec, type StampedEvent } from "../../message/event.js";
import { type Receipt, receiptCodec, storedReceiptDecoder } from "../../message/receipt.js";

/** For reading only. */
const receiptReader: Codec<Receipt> = { ...receiptCodec, ...storedReceiptDecoder };

/** Beyond what gas allows: blocks that name each other could make an array without end. */
const MOST_VALUES = 1 << 20;

/**
 * Receipts of a tipset, in order: one for each message that was executed, implicit ones aside.
 *
 * @param root as `TipsetResult.receiptsRoot`, or the `parentMessageReceipts` of the headers on the tipset
 * @throws FvmError INVALID_CBOR, INVALID_AMT; otherwise as `readBlocks`
 */
export async function readReceipts(
  store: Blockstore,
  root: Cid,
  options: BlockAccessOptions = {},
): Promise<Receipt[]> {
  return readArray(store, root, receiptReader, CHAIN_AMT, options);
}

/**
 * Events of a message, in order. Tipsets store them with their receipts, unless told otherwise; Lotus's snapshots are
 * without them.
 *
 * @param root the `eventsRoot` of the message's receipt
 * @throws FvmError INVALID_CBOR, INVALID_AMT; otherwise as `readBlocks`
 */
export async function readEvents(
  store: Blockstore,
  root: Cid,
  options: BlockAccessOptions = {},
): Promise<StampedEvent[]> {
  return readArray(store, root, eventCodec, EVENTS_AMT, options);
}

async function readArray<V>(
  store: Blockstore,
  root: Cid,
  codec: Codec<V>,
  layout: AmtLayout,
  options: BlockAccessOptions,
): Promise<V[]> {
  checkCid(root);
  const invalid = (reason: string) => new FvmError("INVALID_AMT", { reason, cid: cidText(root) });
  return readBlocks(
    store,
    (blocks) => {
      const values: V[] = [];
      for (const [index, value] of Amt.load(blocks, root, codec, layout).entries()) {
        if (index !== values.length) throw invalid(`value ${values.length} is missing`);
        if (index >= MOST_VALUES) throw invalid(`more than ${MOST_VALUES} values`);
        values.push(value);
      }
      return values;
    },
    options,
  );
}
