import { readBlocks } from "../../blockstore/access.js";
import type { Cid } from "../../encoding/cid.js";
import { Amt, CHAIN_AMT } from "../../ipld/amt.js";
import type { Codec } from "../../ipld/cbor.js";
import { firstHeader } from "../history/chain-tipset.js";
import type { EpochRange } from "../store/ranges.js";
import { type MainChain, tipsetAfter, tipsetsOf } from "./main-chain.js";
import type { ChainValidation } from "./validate-chain.js";

/** Tipsets and executed messages of epochs that were validated before: the next headers say how many receipts there are. */
export async function countValidated(
  main: MainChain,
  range: EpochRange,
  signal: AbortSignal | undefined,
): Promise<Pick<ChainValidation, "tipsets" | "messages">> {
  const count = { tipsets: 0, messages: 0 };
  const add = async (receipts: Cid, epoch: number) => {
    count.tipsets++;
    if (epoch > 0) count.messages += await receiptsIn(main, receipts, signal);
  };
  let before: number | undefined;
  for await (const tipset of tipsetsOf(main, range, signal)) {
    if (before !== undefined) await add(firstHeader(tipset).parentMessageReceipts, before);
    before = tipset.epoch;
  }
  if (before === undefined) return count;
  const next = await tipsetAfter(main, before, signal);
  if (next !== undefined) await add(firstHeader(next).parentMessageReceipts, before);
  return count;
}

function receiptsIn({ chain }: MainChain, root: Cid, signal: AbortSignal | undefined): Promise<number> {
  return readBlocks(
    chain.blockstore,
    (blocks) => Amt.load(blocks, root, anyReceipt, CHAIN_AMT).count,
    signal && { signal },
  );
}

/** Receipts of any network version. */
const anyReceipt: Codec<string> = {
  encode: (value, writer) => void writer.rawLatin1(value),
  decode: (reader) => reader.rawLatin1(),
};
