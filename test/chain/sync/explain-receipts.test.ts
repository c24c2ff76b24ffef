import { expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { TipsetResult } from "../../../src/chain/execution/tipset.js";
import { explainedReceipts } from "../../../src/chain/sync/explain-receipts.js";
import type { Executed } from "../../../src/chain/sync/step.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { receiptCodec } from "../../../src/message/receipt.js";
import { native } from "../../../src/native/index.js";
import { noBytes } from "../../../src/util/bytes.js";

const WIDTH = 8;

test("a few blocks that stand for any number of receipts are not all read", async () => {
  const height = 10;
  const { store, root } = repeatedReceipts(height);
  const nothing = { messages: [], result: { blocks: [] as TipsetResult["blocks"] } };
  const executed = nothing as unknown as Executed;
  const { listed, more } = await explainedReceipts(store, executed, root, true, 20, undefined);
  expect(more).toBe(1);
  expect(listed.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(listed.every(({ expected, found }) => expected === undefined && found?.gasUsed === 1)).toBe(true);
});

/** An array whose nodes of one height are all the same block. */
function repeatedReceipts(height: number): { store: MemoryBlockstore; root: Cid } {
  const store = new MemoryBlockstore();
  const put = (writer: CborWriter): Cid => {
    const data = writer.finish();
    const cid = native.cidOf(DAG_CBOR, data);
    store.putMany([{ cid, data }]);
    return cid;
  };
  const full = () => new CborWriter().array(3).bytes(Uint8Array.of(0xff));
  const leaf = full().array(0).array(WIDTH);
  const receipt = { exitCode: 0, returnData: noBytes(), gasUsed: 1, eventsRoot: undefined };
  for (let i = 0; i < WIDTH; i++) receiptCodec.encode(receipt, leaf);
  let node = put(leaf);
  const links = (writer: CborWriter): CborWriter => {
    writer.array(WIDTH);
    for (let i = 0; i < WIDTH; i++) writer.cid(node);
    return writer.array(0);
  };
  for (let level = 1; level < height; level++) node = put(links(full()));
  const head = new CborWriter()
    .array(3)
    .u64(height)
    .u64(WIDTH ** (height + 1))
    .array(3)
    .bytes(Uint8Array.of(0xff));
  return { store, root: put(links(head)) };
}
