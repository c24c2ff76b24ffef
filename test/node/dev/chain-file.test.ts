import { existsSync, readFileSync } from "node:fs";
import { decompress } from "fzstd";
import { describe, expect, test } from "vitest";
import { delegatedAddress } from "../../../src/address/address.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { CidSet } from "../../../src/chain/store/cid-set.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { reachableBlocks } from "../../../src/chain/store/reachable.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { openFolder, temporaryFile, temporaryFolder } from "../../support/chain-folder.js";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { fileOf, recordings } from "../../support/lotus-recording.js";

const WHO = "0x7777777777777777777777777777777777777777";
const who = delegatedAddress(10, new Uint8Array(20).fill(0x77));

/** A transfer by an account of the node, and what is there afterwards. */
async function sends(node: RunningNode): Promise<bigint> {
  const request = { method: "eth_sendTransaction", params: [{ to: WHO, value: "0x5" }] };
  const hash = await node.provider.request(request);
  const receipt = await node.provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
  expect(receipt).toMatchObject({ status: "0x1" });
  return BigInt(
    (await node.provider.request({ method: "eth_getBalance", params: [WHO, "latest"] })) as string,
  );
}

const numberOf = async (node: RunningNode) =>
  Number(await node.provider.request({ method: "eth_blockNumber", params: [] }));

withDevChains("chains on disk to go on from", () => {
  /** A CAR of all behind a CID. */
  async function carOf({ chain }: TestChain, root: Cid): Promise<string> {
    const seen = CidSet.temporary();
    const walk = { seen, onMissing: () => undefined, signal: undefined };
    const blocks = [];
    for await (const block of reachableBlocks(chain.chain.blockstore, root, walk)) blocks.push(block);
    await seen.close();
    return temporaryFile("x.car", writeCar({ roots: [root], blocks }));
  }

  async function lived(): Promise<TestChain> {
    const chain = await makeDevChain({ accounts: 2 });
    await chain.send({ to: who, value: 2n });
    await chain.send({ to: who, value: 3n });
    return chain;
  }

  test("a folder that another node has made", async () => {
    const data = temporaryFolder();
    {
      await using first = await startNode({ data });
      await sends(first);
      await sends(first);
    }
    {
      await using node = await startNode({ from: { path: data } });
      expect(await sends(node)).toBe(15n);
    }
    {
      await using node = await startNode({ from: { path: data, epoch: 2 } });
      expect(await sends(node)).toBe(10n);
    }
    await using again = await startNode({ data });
    expect(await sends(again)).toBe(15n);
    await expect(startNode({ from: { path: data }, network: "calibnet" })).rejects.toMatchObject({
      details: { option: "network" },
    });
  });

  test("a state's CAR begins a chain of the node's own network, with more accounts", async () => {
    const chain = await lived();
    const state = await carOf(chain, firstHeader(chain.chain.head).parentStateRoot);
    await using node = await startNode({
      from: { path: state },
      chainId: 77,
      mnemonic: "legal winner thank year wave sausage worth useful legal winner thank yellow",
    });
    expect(node.chainId).toBe(77);
    expect(await sends(node)).toBe(10n);
    expect(await numberOf(node)).toBe(2);
  });

  test("a genesis begins its chain again", async () => {
    const chain = await makeDevChain({ accounts: 2 });
    const genesis = await chain.chain.tipsetAt(0, "before");
    const path = await carOf(chain, (genesis as NonNullable<typeof genesis>).key[0] as Cid);
    await using node = await startNode({ from: { path } });
    expect(await sends(node)).toBe(5n);
    expect(await node.provider.request({ method: "Filecoin.ChainGetGenesis", params: [] })).toMatchObject({
      Cids: [{ "/": cidText(genesis?.key[0] as Cid) }],
    });
  });

  test("a chain needs its network's name", async () => {
    const chain = await lived();
    const path = await carOf(chain, chain.chain.head.key[0] as Cid);
    await expect(startNode({ from: { path } })).rejects.toThrow(/of which network/);
    const { network } = chain.record();
    await expect(startNode({ from: { path }, network, chainId: 3 })).rejects.toThrow(/chainId/);
    await using node = await startNode({ from: { path }, network });
    expect(await numberOf(node)).toBe(chain.dev.latest.epoch);
    expect(await sends(node)).toBe(10n);
    expect(await numberOf(node)).toBe(chain.dev.latest.epoch + 1);
  });

  test("from an epoch; kept in a folder; the file is needed again", async () => {
    const chain = await lived();
    const path = await carOf(chain, chain.chain.head.key[0] as Cid);
    const data = temporaryFolder();
    const options = { data, from: { path, epoch: 2 }, network: chain.record().network };
    {
      await using node = await startNode(options);
      expect(await numberOf(node)).toBe(2);
      expect(await sends(node)).toBe(7n);
    }
    await using again = await startNode({ data });
    expect(await sends(again)).toBe(12n);
    await expect(startNode({ from: { path, epoch: 9 }, network: chain.record().network })).rejects.toThrow(
      /epoch 9.*last one.* is 3/,
    );
  });

  test("what is no chain is one error", async () => {
    const path = temporaryFile("x.car", Buffer.from("no CAR"));
    await expect(startNode({ from: { path } })).rejects.toMatchObject({ code: "INVALID_CAR" });
    const fork = { url: "http://127.0.0.1:1" };
    await expect(startNode({ from: { path }, fork })).rejects.toThrow(/fork/);
    await expect(startNode({ from: { path: temporaryFolder() } })).rejects.toMatchObject({
      code: "NO_CHAIN",
    });
  });

  const names = recordings(["nv28", "nv27-28"]).filter((name) =>
    existsSync(fileOf(name, "snapshot.car.zst")),
  );

  describe.each(names)("a Lotus node's snapshot, %s", (name) => {
    const network = () => JSON.parse(readFileSync(fileOf(name, "network.json"), "utf8")) as object;
    const car = () => temporaryFile("s.car", decompress(readFileSync(fileOf(name, "snapshot.car.zst"))));

    test("as a file, and as a folder that it was imported to", async () => {
      const path = car();
      let height: number;
      {
        await using node = await startNode({ from: { path }, network: network() });
        height = await numberOf(node);
        expect(height).toBeGreaterThan(50);
        expect(await sends(node)).toBe(5n);
        expect(await numberOf(node)).toBe(height + 1);
        await node.provider.request({ method: "evm_mine", params: [{ blocks: 2, nullRounds: 3 }] });
        expect(await sends(node)).toBe(10n);
      }
      const store = await openFolder(network());
      await importSnapshot(store, path);
      await using node = await startNode({ from: { path: store.folder } });
      expect(await numberOf(node)).toBe(height);
      expect(await sends(node)).toBe(5n);
    });
  });
});
