import { readBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { Amt, CHAIN_AMT } from "../../ipld/amt.js";
import { type Codec, encodeCborLatin1 } from "../../ipld/cbor.js";
import { type Receipt, receiptCodec, receiptV0Codec } from "../../message/receipt.js";
import type { ReceiptDifference } from "./difference.js";
import { executedMessages } from "./executed-messages.js";
import type { Executed } from "./step.js";

/** Receipts that differ: as many as are to be listed, and how many there are beyond, as far as receipts are read. */
export interface ExplainedReceipts {
  readonly listed: readonly ReceiptDifference[];
  readonly more: number;
}

/**
 * In what the receipts of a tipset differ from those of a header. Throws as `readBlocks` and `Amt.load`.
 *
 * @param limit of those that are listed
 */
export async function explainedReceipts(
  store: Blockstore,
  { messages, result }: Executed,
  root: Cid,
  hasEventsRoot: boolean,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<ExplainedReceipts> {
  const codec = hasEventsRoot ? receiptCodec : receiptV0Codec;
  const expected = result.blocks.flatMap((block) => block.messages.map(({ receipt }) => receipt));
  const found = await firstReceipts(store, root, codec, expected.length + limit + 1, signal);
  const cids = result.blocks.flatMap((block, i) => {
    const all = messages[i];
    return all === undefined ? [] : executedMessages(all, block).map(({ cid }) => cid);
  });
  const listed: ReceiptDifference[] = [];
  let more = 0;
  for (let index = 0; index < Math.max(expected.length, found.length); index++) {
    const [ours, theirs] = [expected[index], found[index]];
    if (isSame(ours, theirs, codec)) continue;
    if (listed.length < limit) listed.push({ index, message: cids[index], expected: ours, found: theirs });
    else more++;
  }
  return { listed, more };
}

/** As many as can be listed: a few blocks of a hostile array stand for any number of receipts. */
function firstReceipts(
  store: Blockstore,
  root: Cid,
  codec: Codec<Receipt>,
  count: number,
  signal: AbortSignal | undefined,
): Promise<Receipt[]> {
  return readBlocks(
    store,
    (blocks) => {
      const receipts: Receipt[] = [];
      for (const [, receipt] of Amt.load(blocks, root, codec, CHAIN_AMT).entries()) {
        if (receipts.length === count) break;
        receipts.push(receipt);
      }
      return receipts;
    },
    signal && { signal },
  );
}

function isSame(a: Receipt | undefined, b: Receipt | undefined, codec: Codec<Receipt>): boolean {
  if (a === undefined || b === undefined) return a === b;
  return encodeCborLatin1(codec, a) === encodeCborLatin1(codec, b);
}
