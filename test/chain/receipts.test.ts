import { describe, expect, test } from "vitest";
import { writeBlocks } from "../../src/blockstore/access.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { readEvents, readReceipts } from "../../src/chain/execution/read-receipts.js";
import { eventBlocks, receiptsArray } from "../../src/chain/execution/receipts.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { Amt, CHAIN_AMT } from "../../src/ipld/amt.js";
import { AmtBranch, AmtLeaf, encodeAmtNode, encodeAmtRoot } from "../../src/ipld/amt-node.js";
import type { Codec } from "../../src/ipld/cbor.js";
import { eventCodec, type StampedEvent } from "../../src/message/event.js";
import { type Receipt, receiptCodec } from "../../src/message/receipt.js";
import { eventsRoot as rootOfEvents } from "../../src/vm/call-manager/events.js";
import { networkVersion } from "../../src/vm/network/version.js";

/** The root of no receipts, as in genesis headers. */
const EMPTY = "bafy2bzacedswlcz5ddgqnyo3sak3jmhmkxashisnlpq6ujgyhe4mlobzpnhs6";
const receipt: Receipt = {
  exitCode: 7,
  returnData: new Uint8Array([1]),
  gasUsed: 300,
  eventsRoot: undefined,
};

function hex(data: Uint8Array | undefined): string {
  return Buffer.from(data ?? []).toString("hex");
}

describe("a tipset's receipts", () => {
  test.each([16, 18, 28])("none, network version %i", (version) => {
    const { root, blocks } = receiptsArray([], networkVersion(version));
    expect(cidText(root)).toBe(EMPTY);
    expect(blocks).toHaveLength(1);
  });

  test.each([
    [17, "8307410119012c"],
    [18, "8407410119012cf6"],
  ])("in the form of network version %i", (version, encoded) => {
    const { blocks } = receiptsArray([receipt], networkVersion(version));
    // Height 0, one value; a node with the first bit set, no links, the value.
    expect(blocks.map(({ data }) => hex(data))).toEqual([`8300018341018081${encoded}`]);
  });

  test("over one node, the root's block comes last", () => {
    const { root, blocks } = receiptsArray(new Array(9).fill(receipt), networkVersion(28));
    expect(blocks).toHaveLength(3);
    expect(blocks.at(-1)?.cid).toBe(root);
  });
});

describe("stored", () => {
  const stored = async (receipts: readonly Receipt[], version: number) => {
    const store = new MemoryBlockstore();
    const { root, blocks } = receiptsArray(receipts, networkVersion(version));
    await store.putMany(blocks);
    return { store, root };
  };

  test.each([17, 28])("receipts of network version %i are read, whichever asks", async (version) => {
    const many = Array.from({ length: 70 }, (_, i) => ({ ...receipt, gasUsed: i }));
    const { store, root } = await stored(many, version);
    expect(await readReceipts(store, root)).toEqual(many);
  });

  test("receipts with a gap are refused", async () => {
    const store = new MemoryBlockstore();
    const root = await writeBlocks(store, (blocks) => {
      const amt = Amt.empty(blocks, receiptCodec, CHAIN_AMT);
      amt.set(0, receipt);
      amt.set(2, receipt);
      return amt.flush();
    });
    await expect(readReceipts(store, root)).rejects.toThrow(/INVALID_AMT.*value 1 is missing/);
  });

  test("what is no receipt is refused", async () => {
    const store = new MemoryBlockstore();
    const root = await writeBlocks(store, (blocks) => {
      const pair: Codec<number> = {
        encode: (value, writer) => void writer.array(2).u64(value).u64(value),
        decode: () => 0,
      };
      const amt = Amt.empty(blocks, pair, CHAIN_AMT);
      amt.set(0, 7);
      return amt.flush();
    });
    await expect(readReceipts(store, root)).rejects.toThrow(
      expect.toSatisfy((error) => String(error.cause).includes("neither three nor four fields")),
    );
  });

  test("events are read back, and nothing is made of none", async () => {
    const event = {
      emitter: 1000,
      entries: [{ flags: 3, key: "t1", codec: 0x55, value: Uint8Array.of(1, 2) }],
    };
    const events = new Array(40).fill(event);
    const eventsRoot = rootOfEvents(events) as Cid;
    const store = new MemoryBlockstore();
    await store.putMany(eventBlocks({ receipt: { ...receipt, eventsRoot }, events }));
    expect(await readEvents(store, eventsRoot)).toEqual(events);
    expect(eventBlocks({ receipt, events: [] })).toEqual([]);
  });

  test("an array without end is given up", async () => {
    const store = new MemoryBlockstore();
    const event = { emitter: 1, entries: [] };
    // Each node names the one below it as all of its children.
    const root = await writeBlocks(store, (blocks) => {
      let node = encodeAmtNode(eventCodec, new AmtLeaf(new Array(32).fill(event)));
      for (let height = 0; height < 6; height++) {
        const child = blocks.put(DAG_CBOR, node);
        node = encodeAmtNode(eventCodec, new AmtBranch(new Array(32).fill(child)));
        if (height === 5) {
          const top = new AmtBranch<StampedEvent>(new Array(32).fill(child));
          const shape = { bitWidth: 5, height: 6, count: 32 ** 7, node: top };
          return blocks.put(DAG_CBOR, encodeAmtRoot(eventCodec, 3, shape));
        }
      }
      throw new Error("no root");
    });
    await expect(readEvents(store, root)).rejects.toThrow(/INVALID_AMT.*more than 1048576 values/);
  });
});
