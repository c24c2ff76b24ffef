import { existsSync, readFileSync } from "node:fs";
import { decompress } from "fzstd";
import { describe, expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { type SnapshotContent, snapshotBlocks } from "../../../src/chain/store/snapshot-blocks.js";
import { type Cid, cidCodec, cidText, parseCid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { readCar } from "../../../src/ipld/car/car.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { openBundle } from "../../../src/tools/bundles/bundle.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { fileOf, read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";
import { SmallChain } from "../../support/small-chain.js";
import { bundleFile } from "../../support/test-data.js";

const ALL: SnapshotContent = { states: 1000, skipOldMessages: false, receipts: false };

async function blocksOf(
  store: MemoryBlockstore,
  head: ChainTipset,
  content: Partial<SnapshotContent>,
): Promise<Block[]> {
  const blocks: Block[] = [];
  const options = { ...ALL, ...content, signal: undefined, onEpoch: () => undefined };
  // A cache of its own: another store has what this one lacks.
  const chain = new Chain(store, { blockCache: BlockCache.create(2 ** 20) });
  for await (const block of snapshotBlocks(chain, head, options)) blocks.push(block);
  return blocks;
}

const exported = lotusChains().filter((name) => existsSync(fileOf(name, "snapshot.car.zst")));
const bundles = ["v17", "v18"].flatMap(
  (version) => bundleFile(`${version}/builtin-actors-testing-fake-proofs.car`) ?? [],
);
if (exported.length === 0 || bundles.length < 2) {
  skipLoudly(
    "snapshots that a Lotus node has exported: they, or the bundles of its network, are not on this machine",
  );
}

describe.each(bundles.length < 2 ? [] : exported)("the chain %s", (name) => {
  test("has the blocks that Lotus has exported, in Lotus's order", async () => {
    const { store } = openLotusChain(name);
    const { roots, blocks } = readCar(decompress(readFileSync(fileOf(name, "snapshot.car.zst"))));
    const code = new Set<Cid>();
    for (const bundle of bundles.map((file) => openBundle(file))) {
      for (const [cid, data] of bundle.blocks) {
        store.putMany([{ cid, data }]);
        code.add(cid);
      }
    }
    const chain = new Chain(store);
    const ours = await blocksOf(store, await chain.tipset(roots), { states: 5 });
    // The recording leaves out the actors' Wasm.
    const recorded = blocks.map(({ cid }) => cid);
    expect(ours.map(({ cid }) => cid).filter((cid) => recorded.includes(cid) || !code.has(cid))).toEqual(
      recorded,
    );
    const { wasmLeftOut } = read(name, "network.json") as { wasmLeftOut: number };
    const left = ours.filter(({ cid }) => !recorded.includes(cid));
    // The figure is for both files of the recording.
    expect(2 * left.reduce((sum, { data }) => sum + data.length, 0)).toBe(wasmLeftOut);
  });

  test("has receipts and events beside them", async () => {
    const { store } = openLotusChain(name);
    const { head } = read(name, "network.json") as { head: { cids: string[] } };
    const tipset = await new Chain(store).tipset(head.cids.map(parseCid));
    const withCode = new MemoryBlockstore(store);
    for (const file of bundles) {
      for (const [cid, data] of openBundle(file).blocks) withCode.putMany([{ cid, data }]);
    }
    const found = new Set((await blocksOf(withCode, tipset, { receipts: true })).map(({ cid }) => cid));
    // All that the recording has, which was walked from its head in the same way.
    expect([...store].filter(({ cid }) => !found.has(cid))).toEqual([]);
  });
});

describe("a snapshot's blocks", () => {
  const chain = SmallChain.of(12);
  const cids = async (content: Partial<SnapshotContent>) =>
    new Set((await blocksOf(chain.store, chain.head, content)).map(({ cid }) => cid));

  test("are there once", async () => {
    const blocks = await blocksOf(chain.store, chain.head, ALL);
    expect(new Set(blocks.map(({ cid }) => cid)).size).toBe(blocks.length);
    expect(blocks.length).toBe(chain.store.size);
  });

  test.each([0, 1, 5])("have %i recent states, and that of genesis", async (states) => {
    const found = await cids({ states });
    const there = chain.tipsets.filter((tipset) => found.has(firstHeader(tipset).parentStateRoot));
    expect(there.map(({ epoch }) => epoch)).toEqual([
      0,
      ...Array.from({ length: states }, (_, i) => 12 - states + i),
    ]);
  });

  test("have messages of recent epochs only, if they are to", async () => {
    const { messages } = firstHeader(chain.head);
    expect((await cids({ states: 1, skipOldMessages: true })).has(messages)).toBe(true);
    expect((await cids({ states: 0, skipOldMessages: true })).has(messages)).toBe(false);
    expect((await cids({ states: 0 })).has(messages)).toBe(true);
  });

  test("have receipts as far as they are there", async () => {
    const own = SmallChain.of(4);
    const receipts = own.put(DAG_CBOR, new CborWriter().array(0).finish());
    own.grow({ header: { parentMessageReceipts: receipts } });
    const missing = own.put(DAG_CBOR, new CborWriter().array(1).cid(receipts).finish());
    own.grow({ header: { parentMessageReceipts: missing } });
    const store = new MemoryBlockstore([...own.store].filter(({ cid }) => cid !== missing));
    const found = (await blocksOf(store, own.head, { receipts: true })).map(({ cid }) => cid);
    expect(found).toContain(receipts);
    expect(found).not.toContain(missing);
    expect((await blocksOf(own.store, own.head, {})).map(({ cid }) => cid)).not.toContain(receipts);
  });

  describe("of a chain that lacks something", () => {
    const own = SmallChain.of(7);
    const messages = own.put(DAG_CBOR, new CborWriter().array(1).u64(7).finish());
    const odd = own.grow({ header: { messages } });
    while (own.head.epoch < odd.epoch + 4) own.grow();
    const [genesis, , , low] = own.tipsets as [ChainTipset, ChainTipset, ChainTipset, ChainTipset];
    const leaf = [...own.store].find(({ cid }) => cidCodec(cid) === RAW)?.cid as Cid;

    test.each([
      ["headers", low.key[0] as Cid, { epoch: low.epoch }, /genesis$/],
      ["messages", messages, { epoch: odd.epoch }, /^--states 4 --skip-old-messages$/],
      ["state", firstHeader(odd).parentStateRoot, { epoch: odd.epoch }, /^--states 4$/],
      ["state", firstHeader(genesis).parentStateRoot, { epoch: 0 }, /^import/],
      ["code", leaf, {}, /^fvm chain info/],
    ] as const)("are refused without %s (%#)", async (missing, cid, place, remedy) => {
      const store = new MemoryBlockstore([...own.store].filter((block) => block.cid !== cid));
      await expect(blocksOf(store, own.head, ALL)).rejects.toMatchObject({
        code: "SNAPSHOT_INCOMPLETE",
        details: { missing, cid: cidText(cid), remedy: expect.stringMatching(remedy), ...place },
      });
    });

    test("go on with the option that a refusal names", async () => {
      const store = new MemoryBlockstore([...own.store].filter(({ cid }) => cid !== messages));
      const old = { states: 4 };
      await expect(blocksOf(store, own.head, old)).rejects.toMatchObject({
        details: { missing: "messages", remedy: "--skip-old-messages" },
      });
      const blocks = await blocksOf(store, own.head, { ...old, skipOldMessages: true });
      expect(blocks.map(({ cid }) => cid)).toContain(odd.key[0]);
    });
  });

  test("are checked", async () => {
    const { messages } = firstHeader(chain.head);
    const store = new MemoryBlockstore(chain.store);
    store.putMany([{ cid: messages, data: new Uint8Array([1]) }]);
    await expect(blocksOf(store, chain.head, ALL)).rejects.toMatchObject({ code: "CORRUPT_BLOCK" });
  });
});
