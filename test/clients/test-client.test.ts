/** Each action of viem's test client, as it calls anvil, and as it calls Hardhat. */
import { createTestClient, type Hex, http, publicActions, testActions, walletActions } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, startDevNode } from "./support/dev-node.js";

const someone = "0x00000000000000000000000000000000000abcde";
const other = "0x00000000000000000000000000000000000fedcb";
const code = "0x60005460005260206000f3";
const FIL = 10n ** 18n;

let node: DevNode;
beforeAll(async () => {
  node = await startDevNode();
});
afterAll(() => node?.[Symbol.asyncDispose]());

function clientOf(mode: "anvil" | "hardhat") {
  return createTestClient({ mode, transport: http(node.url), pollingInterval: 50, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions);
}
type Client = ReturnType<typeof clientOf>;

/** A transaction of an account of the node. */
async function send(client: Client): Promise<Hex> {
  const [account] = await client.getAddresses();
  return client.sendTransaction({ account: account as Hex, to: other, value: 1n, chain: null });
}

/** An action's effect, as its caller sees it. */
const actions: Readonly<Record<string, (client: Client) => Promise<void>>> = {
  async dropTransaction(client) {
    await client.setAutomine(false);
    const hash = await send(client);
    await client.dropTransaction({ hash });
    await client.mine({ blocks: 1 });
    await client.setAutomine(true);
    await expect(client.getTransactionReceipt({ hash })).rejects.toThrow(/could not be found/);
  },
  async dumpState(client) {
    expect(await client.dumpState()).toMatch(/^0x[0-9a-f]+$/);
  },
  async loadState(client) {
    await client.setBalance({ address: someone, value: 3n });
    const state = await client.dumpState();
    await client.setBalance({ address: someone, value: 4n });
    await client.loadState({ state });
    expect(await client.getBalance({ address: someone })).toBe(3n);
  },
  async getAutomine(client) {
    expect(await client.getAutomine()).toBe(true);
  },
  async setAutomine(client) {
    await client.setAutomine(false);
    expect(await client.getAutomine()).toBe(false);
    await client.setAutomine(true);
  },
  async getTxpoolContent(client) {
    await whileOneWaits(client, async (from) => {
      const { pending } = await client.getTxpoolContent();
      expect(Object.keys(pending).map((address) => address.toLowerCase())).toEqual([from.toLowerCase()]);
    });
  },
  async getTxpoolStatus(client) {
    await whileOneWaits(client, async () => {
      expect(await client.getTxpoolStatus()).toEqual({ pending: 1, queued: 0 });
    });
  },
  async inspectTxpool(client) {
    await whileOneWaits(client, async () => {
      expect(Object.values((await client.inspectTxpool()).pending)).toHaveLength(1);
    });
  },
  async impersonateAccount(client) {
    await client.setBalance({ address: someone, value: FIL });
    await client.impersonateAccount({ address: someone });
    const hash = await client.sendTransaction({ account: someone, to: other, value: 1n, chain: null });
    expect((await client.waitForTransactionReceipt({ hash })).from).toBe(someone);
  },
  async stopImpersonatingAccount(client) {
    await client.setBalance({ address: someone, value: FIL });
    await client.impersonateAccount({ address: someone });
    await client.stopImpersonatingAccount({ address: someone });
    await expect(
      client.sendTransaction({ account: someone, to: other, value: 1n, chain: null }),
    ).rejects.toThrow(/unknown account/);
  },
  async sendUnsignedTransaction(client) {
    await client.setBalance({ address: someone, value: FIL });
    const hash = await client.sendUnsignedTransaction({ from: someone, to: other, value: 1n });
    expect((await client.waitForTransactionReceipt({ hash })).from).toBe(someone);
  },
  async increaseTime(client) {
    const { timestamp } = await client.getBlock();
    await client.increaseTime({ seconds: 1000 });
    await client.mine({ blocks: 1 });
    expect((await client.getBlock()).timestamp).toBeGreaterThanOrEqual(timestamp + 1000n);
  },
  async mine(client) {
    const { number, timestamp } = await client.getBlock();
    await client.mine({ blocks: 3, interval: 100 });
    const after = await client.getBlock();
    expect(after.number).toBe(number + 3n);
    expect(after.timestamp).toBeGreaterThanOrEqual(timestamp + 201n);
  },
  async setBlockTimestampInterval(client) {
    await client.setBlockTimestampInterval({ interval: 500 });
    await client.mine({ blocks: 1 });
    const { timestamp } = await client.getBlock();
    await client.mine({ blocks: 1 });
    expect((await client.getBlock()).timestamp).toBe(timestamp + 500n);
    await client.removeBlockTimestampInterval();
  },
  async removeBlockTimestampInterval(client) {
    await client.setBlockTimestampInterval({ interval: 500 });
    await client.removeBlockTimestampInterval();
    const { timestamp } = await client.getBlock();
    await client.mine({ blocks: 1 });
    expect((await client.getBlock()).timestamp).toBeLessThan(timestamp + 500n);
  },
  async reset(client) {
    await client.setBalance({ address: someone, value: 3n });
    await client.reset();
    expect(await client.getBalance({ address: someone })).toBe(0n);
  },
  async snapshot(client) {
    const ids = [await client.snapshot(), await client.snapshot()];
    expect(new Set(ids).size).toBe(2);
  },
  async revert(client) {
    const before = await client.getBalance({ address: someone });
    const id = await client.snapshot();
    await client.setBalance({ address: someone, value: before + 5n });
    await client.revert({ id });
    expect(await client.getBalance({ address: someone })).toBe(before);
  },
  async setBalance(client) {
    await client.setBalance({ address: someone, value: 9n * FIL });
    expect(await client.getBalance({ address: someone })).toBe(9n * FIL);
  },
  async setBlockGasLimit(client) {
    await client.setBlockGasLimit({ gasLimit: 5_000_000_000n });
    await client.mine({ blocks: 1 });
    await client.setBlockGasLimit({ gasLimit: 10_000_000_000n });
  },
  async setCode(client) {
    await client.setCode({ address: other, bytecode: code });
    expect(await client.getCode({ address: other })).toBe(code);
  },
  async setStorageAt(client) {
    await client.setCode({ address: other, bytecode: code });
    const value: Hex = `0x${"0".repeat(63)}7`;
    await client.setStorageAt({ address: other, index: 0, value });
    expect((await client.call({ to: other })).data).toBe(value);
  },
  async setCoinbase(client) {
    await client.setCoinbase({ address: someone });
  },
  async setIntervalMining(client) {
    const before = await client.getBlockNumber();
    await client.setIntervalMining({ interval: 1 });
    await expect.poll(() => client.getBlockNumber(), { timeout: 60_000 }).toBeGreaterThan(before);
    await client.setIntervalMining({ interval: 0 });
  },
  async setLoggingEnabled(client) {
    await client.setLoggingEnabled(false);
    await client.setLoggingEnabled(true);
  },
  async setMinGasPrice(client) {
    await client.setMinGasPrice({ gasPrice: 100n });
  },
  async setNextBlockBaseFeePerGas(client) {
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1234n });
    await client.mine({ blocks: 1 });
    expect((await client.getBlock()).baseFeePerGas).toBe(1234n);
  },
  async setNextBlockTimestamp(client) {
    const { timestamp } = await client.getBlock();
    await client.setNextBlockTimestamp({ timestamp: timestamp + 777n });
    await client.mine({ blocks: 1 });
    expect((await client.getBlock()).timestamp).toBe(timestamp + 777n);
  },
  async setNonce(client) {
    await client.setBalance({ address: someone, value: FIL });
    await client.setNonce({ address: someone, nonce: 12 });
    expect(await client.getTransactionCount({ address: someone })).toBe(12);
  },
  /** A chain that was forked from no node has none to change. */
  async setRpcUrl(client) {
    await expect(client.setRpcUrl("http://127.0.0.1:1")).rejects.toThrow();
  },
};

async function whileOneWaits(client: Client, look: (from: Hex) => Promise<void>): Promise<void> {
  await client.setAutomine(false);
  const hash = await send(client);
  try {
    await look((await client.getTransaction({ hash })).from);
  } finally {
    await client.mine({ blocks: 1 });
    await client.setAutomine(true);
  }
}

describe.each(["anvil", "hardhat"] as const)("as of %s", (mode) => {
  test.each(Object.entries(actions))("%s", async (_, act) => {
    const client = clientOf(mode);
    const id = await client.snapshot();
    await act(client);
    if (act !== actions.reset) await client.revert({ id });
  });
});

test("all actions are here", () => {
  const known = Object.keys(testActions({ mode: "anvil" })(clientOf("anvil"))).filter(
    (name) => name !== "mode",
  );
  expect(Object.keys(actions).sort()).toEqual(known.sort());
});
