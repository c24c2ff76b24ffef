/** drand's HTTP API of a node, asked by drand's own client. */
import { fetchBeacon, HttpCachingChain, HttpChainClient } from "drand-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NodeOptions, type RunningNode, startNode } from "../../../src/node/index.js";
import { temporaryFolder } from "../../support/chain-folder.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

if (devnetVersions([28]).length === 0) skipLoudly("drand's API: no builtin actors are on this machine");
else {
  let node: RunningNode;
  beforeAll(async () => {
    node = await startNode({ port: 0, accounts: 1, beacon: "quicknet" });
  });
  afterAll(() => node?.close());

  const ask = (path: string) => fetch(`${node.url}/drand${path}`);
  const json = async (path: string) => (await ask(path)).json() as Promise<Record<string, unknown>>;
  const rpc = (method: string, ...params: unknown[]) => node.provider.request({ method, params });
  const latest = async () => Number((await json("/public/latest")).round);
  const client = async () => {
    const { hash: chainHash, public_key: publicKey } = (await json("/info")) as Record<string, string>;
    const options = {
      disableBeaconVerification: false,
      noCache: true,
      chainVerificationParams: { chainHash: chainHash as string, publicKey: publicKey as string },
    };
    const chain = new HttpCachingChain(`${node.url}/drand/${chainHash}`, options);
    return new HttpChainClient(chain, options);
  };

  test("drand-client checks what it gets", async () => {
    const drand = await client();
    // Without a round it would ask for that of the clock, which the chain may not have reached.
    const newest = await drand.latest();
    expect(newest.round).toBe(await latest());
    expect(await fetchBeacon(drand, newest.round)).toEqual(newest);
    expect((await fetchBeacon(drand, 1)).round).toBe(1);
  });

  test("the entry of an epoch is that of its blocks", async () => {
    const { Height, Blocks } = (await rpc("Filecoin.ChainHead")) as {
      Height: number;
      Blocks: [{ BeaconEntries: { Round: number; Data: string }[] }];
    };
    const entry = Blocks[0].BeaconEntries.at(-1);
    const { signature } = await json(`/public/${entry?.Round}`);
    expect(Buffer.from(entry?.Data ?? "", "base64").toString("hex")).toBe(signature);
    expect(await rpc("Filecoin.StateGetBeaconEntry", Height)).toEqual(entry);
  });

  test("rounds come with the chain's epochs, and go when it goes back", async () => {
    const before = await latest();
    expect((await ask(`/public/${before + 1}`)).status).toBe(404);
    const id = await rpc("evm_snapshot");
    await rpc("evm_mine", { nullRounds: 4 });
    // Ten rounds of three seconds in an epoch, and five epochs.
    expect(await latest()).toBe(before + 50);
    expect((await ask(`/public/${before + 50}`)).status).toBe(200);
    expect((await ask(`/public/${before + 51}`)).status).toBe(404);
    await rpc("evm_revert", id);
    expect((await ask(`/public/${before + 1}`)).status).toBe(404);
  });

  test("the paths of a network by its hash", async () => {
    const [hash] = (await (await ask("/chains")).json()) as [string];
    expect(await json(`/${hash}/info`)).toEqual(await json("/info"));
    expect(await json("/health")).toEqual({ current: await latest(), expected: await latest() });
    expect((await ask(`/${"00".repeat(32)}/info`)).status).toBe(404);
  });

  test.each([
    ["/public/0", 404],
    ["/public/18446744073709551616", 404],
    ["/public/x", 400],
    ["/public/-1", 400],
    ["/elsewhere", 404],
  ])("%s has status %d", async (path, status) => {
    const response = await ask(path);
    expect(response.status).toBe(status);
  });

  test("who chooses randomness is refused, because the beacon has not signed it", async () => {
    await expect(rpc("hardhat_setPrevRandao", `0x${"01".repeat(32)}`)).rejects.toThrow(/beacon signs/);
  });
}

describe.runIf(devnetVersions([28]).length > 0)("another node", () => {
  test("has no such API with the mock, whose entries anybody makes", async () => {
    await using mock = await startNode({ port: 0, accounts: 1 });
    expect((await fetch(`${mock.url}/drand/info`)).status).toBe(404);
  });

  test("has the same key when it goes on with its chain, and refuses another kind of beacon", async () => {
    const data = temporaryFolder();
    const infoOf = async (options: NodeOptions) => {
      await using node = await startNode({ port: 0, accounts: 1, data, ...options });
      await node.provider.request({ method: "evm_mine" });
      const { Height } = (await node.provider.request({ method: "Filecoin.ChainHead" })) as {
        Height: number;
      };
      const entry = await node.provider.request({ method: "Filecoin.StateGetBeaconEntry", params: [Height] });
      const { Round, Data } = entry as { Round: number; Data: string };
      const { signature } = (await (await fetch(`${node.url}/drand/public/${Round}`)).json()) as {
        signature: string;
      };
      expect(Buffer.from(Data, "base64").toString("hex")).toBe(signature);
      return (await fetch(`${node.url}/drand/info`)).json();
    };
    const info = await infoOf({ beacon: "quicknet" });
    expect(await infoOf({})).toEqual(info);
    await expect(startNode({ accounts: 1, data, beacon: "mock" })).rejects.toThrow(/has quicknet/);
  });

  test("has another key with another phrase", async () => {
    const mnemonic = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    const keyOf = async (options: object) => {
      await using node = await startNode({ port: 0, accounts: 1, beacon: "quicknet", ...options });
      const info = (await (await fetch(`${node.url}/drand/info`)).json()) as { public_key: string };
      return info.public_key;
    };
    expect(await keyOf({ mnemonic })).not.toBe(await keyOf({}));
  });
});
