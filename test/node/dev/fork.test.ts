import { join } from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { ethToFilecoin } from "../../../src/builtin/evm/index.js";
import { parseCid } from "../../../src/encoding/cid.js";
import { ForkStore } from "../../../src/node/dev/fork/fork-store.js";
import { RemoteNode } from "../../../src/node/dev/fork/remote-node.js";
import { startDevChain } from "../../../src/node/dev/start.js";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { temporaryFolder } from "../../support/chain-folder.js";
import { TestChain, withDevChains } from "../../support/dev-chain.js";

const WHO = "0x7777777777777777777777777777777777777777";
const who = ethToFilecoin(WHO);

withDevChains("forks", () => {
  const send = (node: RunningNode, value: string) =>
    node.provider.request({ method: "eth_sendTransaction", params: [{ to: WHO, value }] });

  /** A chain that others go on from. */
  async function remoteChain(): Promise<RunningNode & { url: string }> {
    const node = await startNode({ port: 0, accounts: 2, chainId: 4242 });
    for (const value of ["0x1", "0x2", "0x4"]) await send(node, value);
    return node as RunningNode & { url: string };
  }

  const forkOf = async (url: string, forkCache: string, epoch?: number) => {
    const started = await startDevChain({
      fork: { url, ...(epoch !== undefined && { epoch }) },
      forkCache,
      accounts: 2,
    });
    return { started, chain: new TestChain(started) };
  };

  test("go on from the last block, and leave the other chain alone", async () => {
    await using remote = await remoteChain();
    const { started, chain } = await forkOf(remote.url, temporaryFolder());
    expect(chain.chain.network.chainId).toBe(4242);
    expect(chain.dev.latest.epoch).toBe(4);
    expect((await chain.actor(who))?.balance).toBe(7n);
    const { receipt } = await chain.send({ to: who, value: 8n });
    expect(receipt.exitCode).toBe(0);
    expect((await chain.actor(who))?.balance).toBe(15n);
    expect(await remote.provider.request({ method: "eth_getBalance", params: [WHO, "latest"] })).toBe("0x7");
    // Earlier blocks are there, with receipts.
    const earlier = await chain.chain.tipsetAt(3, "before");
    expect((await chain.chain.executed(earlier as NonNullable<typeof earlier>)).messages).toHaveLength(1);
    await started.close();
  });

  test("go on from an epoch, without the node once its blocks are there, and after a restart", async () => {
    const cache = temporaryFolder();
    const live = async (url: string) => {
      const { started, chain } = await forkOf(url, cache, 3);
      expect(chain.dev.latest.epoch).toBe(3);
      expect((await chain.actor(who))?.balance).toBe(3n);
      await chain.send({ to: who, value: 8n });
      expect((await chain.actor(who))?.balance).toBe(11n);
      await started.close();
    };
    const remote = await remoteChain();
    await live(remote.url);
    await remote.close();
    await live(remote.url);
  });

  test("blocks that are not what was asked for, and nodes that do not answer, are errors", async () => {
    const cid = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");
    const { createServer } = await import("node:http");
    const server = createServer((_, response) => void response.end('{"id":1,"result":"AAAA"}'));
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const store = await ForkStore.open(
      new MemoryBlockstore(),
      { url: `http://127.0.0.1:${port}` },
      join(temporaryFolder(), "x"),
    );
    await expect(store.get(cid)).rejects.toMatchObject({ code: "CORRUPT_BLOCK" });
    await store.close();
    server.close();
    await expect(new RemoteNode("http://127.0.0.1:1").call("x", [], v.string())).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
    });
  });

  test("what no Lotus node answers is one error, however long", async () => {
    const { createServer } = await import("node:http");
    let answer = "";
    const server = createServer((_, response) => void response.end(answer));
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const begin = () => forkOf(`http://127.0.0.1:${port}`, temporaryFolder());
    for (const [text, reason] of [
      ['{"id":1,"result":null}', /another answer than Lotus's/],
      ['{"id":1,"result":{"Cids":[{}],"Height":"x","Blocks":[]}}', /another answer than Lotus's/],
      ['{"id":1,"error":{"code":-32601,"message":"method not found"}}', /method not found/],
      [`"${"x".repeat(65 * 2 ** 20)}"`, /more than 67108864 bytes/],
      ["no JSON", /no JSON-RPC/],
    ] as const) {
      answer = text;
      await expect(begin()).rejects.toThrow(reason);
    }
    server.close();
  });

  test("a node that never answers has so much time, all attempts together", async () => {
    const { createServer } = await import("node:http");
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const remote = new RemoteNode(`http://127.0.0.1:${port}`, 200);
    await expect(remote.call("x", [], v.string())).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      details: { reason: "x: no answer within 0.2 s" },
    });
    server.closeAllConnections();
    server.close();
  });
});
