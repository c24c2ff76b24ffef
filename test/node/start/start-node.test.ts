/** A node as a library: in the process, in workers, with wrong options. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import { type NodeOptions, startNode } from "../../../src/node/index.js";
import { temporaryFolder } from "../../support/chain-folder.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("nodes that make their chain: no builtin actors are on this machine");

describe.runIf(hasActors)("a node of its own chain", () => {
  test("without sockets", async () => {
    await using node = await startNode({ accounts: 2, chainId: 77 });
    expect(node.url).toBeUndefined();
    expect(node.chainId).toBe(77);
    expect(node.accounts.eth.map(({ address }) => address)).toEqual([
      "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
      "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
    ]);
    expect(node.accounts.eth[0]?.privateKey).toBe(
      "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    );
    expect(node.accounts.filecoin.map(({ address }) => address[1])).toEqual(["1", "1"]);
    const document = (await node.provider.request({ method: "rpc.discover" })) as { openrpc: string };
    expect(document.openrpc).toMatch(/^1\./);
  });

  test("several at once, each of its own", async () => {
    await using first = await startNode({ port: 0 });
    await using second = await startNode({
      port: 0,
      mnemonic: "legal winner thank year wave sausage worth useful legal winner thank yellow",
    });
    expect(first.url).not.toBe(second.url);
    expect(first.accounts.eth[0]?.address).not.toBe(second.accounts.eth[0]?.address);
    await first.close();
    await first.close();
    const response = await fetch(second.url ?? "", {
      method: "POST",
      body: '{"id":1,"method":"rpc.discover"}',
    });
    expect(response.status).toBe(200);
  });

  test("in a worker thread", async () => {
    const entry = new URL("../../../dist/node/index.js", import.meta.url).href;
    const script = `
      import { parentPort } from "node:worker_threads";
      import { startNode } from ${JSON.stringify(entry)};
      const node = await startNode({ accounts: 1 });
      parentPort.postMessage(node.accounts.eth[0].address);
      await node.close();
    `;
    const answers = await Promise.all(
      [1, 2].map(() => {
        const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
        return new Promise((resolve, reject) => {
          let answer: unknown;
          worker.on("message", (value) => {
            answer = value;
          });
          worker.on("error", reject);
          // It ends by itself: a closed node keeps nothing alive.
          worker.on("exit", () => resolve(answer));
        });
      }),
    );
    expect(answers).toEqual(Array(2).fill("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
  });
});

describe("options that are wrong", () => {
  test.each<[NodeOptions | Record<string, unknown>, string]>([
    [{ port: 70_000 }, "port"],
    [{ prot: 1 }, "prot"],
    [{ mnemonic: "a" }, "mnemonic"],
    [{ data: "x", state: "y" }, "state"],
    [{ network: "mainnet" }, "network"],
    [{ mining: false, interval: 1 }, "interval"],
    [{ interval: 0 }, "interval"],
    [{ networkVersion: 99 }, "networkVersion"],
    [{ time: "sun" }, "time"],
    [{ allowedHosts: "localhost" }, "allowedHosts"],
  ])("%j", async (options, option) => {
    await expect(startNode(options as NodeOptions)).rejects.toMatchObject({
      code: "INVALID_OPTION",
      details: { option },
    });
  });

  test.each<[NodeOptions, string]>([
    [{ mining: true }, "mining"],
    [{ accounts: 3 }, "accounts"],
  ])("%j of an imported chain", async (options, option) => {
    const data = temporaryFolder();
    const database = await LmdbBlockstore.open(data);
    await database.write({ meta: { "chain/format": Uint8Array.of(0x31) } });
    await database.close();
    await expect(startNode({ data, ...options })).rejects.toMatchObject({ details: { option } });
  });
});

describe.runIf(hasActors)("a chain that is kept", () => {
  test.each(["data", "state"])("goes on: %s", async (option) => {
    const options = { [option]: join(temporaryFolder(), "kept"), accounts: 1 };
    const mine = async () => {
      await using node = await startNode(options);
      await node.provider.request({ method: "evm_mine", params: [] });
      return (await node.provider.request({ method: "hardhat_metadata", params: [] })) as {
        latestBlockNumber: number;
      };
    };
    expect((await mine()).latestBlockNumber).toBe(2);
    expect((await mine()).latestBlockNumber).toBe(3);
  });

  test.each([
    [{ networkVersion: 27 }, "networkVersion", "28"],
    [{ chainId: 5 }, "chainId", "31415926"],
    [{ miners: 2 }, "miners", "3"],
    [{ bundle: "calibrationnet" }, "bundle", "mainnet"],
    [{ fork: { url: "http://127.0.0.1:1" } }, "fork", "no fork"],
  ])("has begun otherwise than %j", async (others, option, has) => {
    const data = temporaryFolder();
    await (await startNode({ data, networkVersion: 28 })).close();
    await (await startNode({ data, networkVersion: 28, miners: 3 })).close();
    await expect(startNode({ data, ...others })).rejects.toMatchObject({
      details: { option, reason: `the chain that is there has ${has}` },
    });
  });

  test("is served with its own methods, unless only Lotus's are wanted", async () => {
    await using node = await startNode({ lotus: true });
    await expect(node.provider.request({ method: "evm_mine", params: [] })).rejects.toMatchObject({
      code: -32601,
    });
  });
});
