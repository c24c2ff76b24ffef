import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { startNode } from "../../../src/node/index.js";
import { temporaryFolder } from "../../support/chain-folder.js";
import { withDevChains } from "../../support/dev-chain.js";
import { type Call, devSession } from "../../support/dev-rpc.js";

const WHO = "0x7777777777777777777777777777777777777777";

withDevChains("one chain instead of another", () => {
  const send = (call: Call, value: string) => call("eth_sendTransaction", { to: WHO, value });
  const balance = async (call: Call) => Number(await call("eth_getBalance", WHO, "latest"));

  /** Another node, with three transfers. */
  async function remoteNode() {
    const remote = await startNode({ port: 0, accounts: 1, chainId: 4242 });
    const call: Call = (method, ...params) => remote.provider.request({ method, params });
    for (const value of ["0x1", "0x2", "0x4"]) await send(call, value);
    return { remote, url: remote.url as string };
  }

  describe.each([
    ["hardhat", true],
    ["anvil", null],
  ] as const)("%s_reset", (prefix, done) => {
    // As viem sends it, too.
    test.each([[[]], [[{}]], [[{ forking: { blockNumber: null } }]]])("with %j", async (params) => {
      const { session, call } = await devSession({ accounts: 1 });
      const { head } = session.node.chain;
      await call("evm_setAutomine", false);
      await send(call, "0x5");
      await call("evm_mine", { blocks: 3 });
      expect(await call(`${prefix}_reset`, ...params)).toBe(done);
      expect(session.node.chain.head).toBe(head);
      expect(await balance(call)).toBe(0);
      expect(await call("anvil_getAutomine")).toBe(true);
      await session.close();
    });
  });

  test("a fork while the node runs, another epoch of it, and back", async () => {
    const { remote, url } = await remoteNode();
    const { session, call } = await devSession({ accounts: 1, forkCache: temporaryFolder() });
    await send(call, "0x100");
    const forking = { jsonRpcUrl: url };
    expect(await call("anvil_reset", { forking })).toBeNull();
    expect(await balance(call)).toBe(7);
    expect(await call("eth_chainId")).toBe("0x1092");
    expect(await call("anvil_nodeInfo")).toMatchObject({ forkConfig: { forkUrl: url, forkBlockNumber: 4 } });
    expect(await call("hardhat_metadata")).toMatchObject({
      forkedNetwork: { chainId: 4242, forkBlockNumber: 4 },
    });
    await send(call, "0x10");
    expect(await balance(call)).toBe(23);
    await call("hardhat_reset", { forking: { ...forking, blockNumber: "0x3" } });
    expect(await balance(call)).toBe(3);
    await call("anvil_reset", { forking: { blockNumber: 2 } });
    expect(await balance(call)).toBe(1);
    await call("hardhat_reset");
    expect(await call("eth_chainId")).toBe("0x1df5e76");
    expect(await balance(call)).toBe(0);
    await send(call, "0x1");
    expect(await balance(call)).toBe(1);
    await session.close();
    await remote.close();
  });

  test("a fork that cannot be leaves the chain as it is", async () => {
    const { session, call } = await devSession({ accounts: 1, forkCache: temporaryFolder() });
    await send(call, "0x5");
    await expect(call("anvil_reset", { forking: { jsonRpcUrl: "http://127.0.0.1:1" } })).rejects.toThrow(
      /DOWNLOAD_FAILED/,
    );
    await expect(call("anvil_reset", { forking: { jsonRpcUrl: "ftp://x" } })).rejects.toThrow(/URL/);
    await expect(call("anvil_reset", { forking: { blockNumber: 3 } })).rejects.toThrow(/no fork/);
    await expect(call("anvil_setRpcUrl", "http://127.0.0.1:1")).rejects.toThrow(/no fork/);
    await send(call, "0x5");
    expect(await balance(call)).toBe(10);
    await session.close();
  });

  test("anvil_setRpcUrl: another node answers for the one that has gone", async () => {
    const { remote, url } = await remoteNode();
    const { session, call } = await devSession({ accounts: 1, forkCache: temporaryFolder(), fork: { url } });
    await send(call, "0x10");
    await expect(call("anvil_setRpcUrl", "http://127.0.0.1:1")).rejects.toThrow(/DOWNLOAD_FAILED/);
    const dump = await remote.provider.request({ method: "anvil_dumpState", params: [] });
    await using twin = await startNode({ port: 0, accounts: 1 });
    await twin.provider.request({ method: "anvil_loadState", params: [dump] });
    await remote.close();
    await expect(call("eth_getBlockByNumber", "0x1", true)).rejects.toThrow(/DOWNLOAD_FAILED/);
    expect(await call("anvil_setRpcUrl", twin.url)).toBeNull();
    expect(await call("anvil_nodeInfo")).toMatchObject({ forkConfig: { forkUrl: twin.url } });
    expect(await call("eth_getBlockByNumber", "0x1", true)).toMatchObject({ number: "0x1" });
    expect(await balance(call)).toBe(23);
    await session.close();
  });

  describe("dumped states", () => {
    test("go on in another node, with its clock, receipts and accounts", async () => {
      const { session, call } = await devSession({ accounts: 2 });
      const hash = await send(call, "0x5");
      await call("evm_increaseTime", 1000);
      const dump = (await call("anvil_dumpState")) as string;
      const { session: other, call: there } = await devSession({ accounts: 1, chainId: 99 });
      await send(there, "0x100");
      expect(await there("anvil_loadState", dump)).toBe(true);
      expect(await balance(there)).toBe(5);
      expect(await there("eth_chainId")).toBe("0x1df5e76");
      expect(await there("eth_getTransactionReceipt", hash)).toMatchObject({ status: "0x1" });
      expect(((await there("eth_accounts")) as string[]).length).toBe(2);
      expect(other.node.dev?.clock.offset).toBeGreaterThanOrEqual(1000);
      await send(there, "0x5");
      expect(await balance(there)).toBe(10);
      await Promise.all([session.close(), other.close()]);
    });

    test("that are none change nothing", async () => {
      const { session, call } = await devSession({ accounts: 1 });
      const dump = (await call("hardhat_dumpState")) as string;
      await send(call, "0x5");
      const gz = (text: string) => `0x${gzipSync(Buffer.from(text)).toString("hex")}`;
      for (const [state, reason] of [
        ["0x", /INVALID_STORE/],
        ["0x0102", /INVALID_STORE/],
        [gz("no CAR"), /INVALID_CAR/],
        [dump.slice(0, -200), /INVALID_STORE/],
      ] as const) {
        await expect(call("anvil_loadState", state)).rejects.toThrow(reason);
      }
      await send(call, "0x5");
      expect(await balance(call)).toBe(10);
      await session.close();
    });
  });

  test("subscribers hear of the new chain", async () => {
    await using node = await startNode({ accounts: 1 });
    const call: Call = (method, ...params) => node.provider.request({ method, params });
    const dump = await call("anvil_dumpState");
    const heads: unknown[] = [];
    node.provider.on("message", (message) => void heads.push(message));
    await call("eth_subscribe", "newHeads");
    await call("anvil_loadState", dump);
    await call("evm_mine");
    await expect.poll(() => heads.length).toBe(1);
  });

  test("a folder keeps the chain that the node has last", async () => {
    const data = temporaryFolder();
    let dump: unknown;
    {
      await using node = await startNode({ accounts: 1 });
      const call: Call = (method, ...params) => node.provider.request({ method, params });
      await send(call, "0x7");
      dump = await call("anvil_dumpState");
    }
    {
      await using node = await startNode({ data, accounts: 3 });
      const call: Call = (method, ...params) => node.provider.request({ method, params });
      await send(call, "0x100");
      await call("anvil_loadState", dump);
      expect(node.accounts.eth).toHaveLength(1);
    }
    await using again = await startNode({ data });
    expect(await balance((method, ...params) => again.provider.request({ method, params }))).toBe(7);
  });
});
