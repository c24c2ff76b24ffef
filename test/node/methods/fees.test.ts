/** Fees as they are proposed to Ethereum's clients: whole ones, and Lotus's. */
import { describe, expect, test } from "vitest";
import { makeDevChain, withDevChains } from "../../support/dev-chain.js";
import { devRpc } from "../../support/dev-rpc.js";
import { contract } from "../../support/evm/solidity.js";

const code = `0x${Buffer.from(contract("clients.sol", "Till").initcode).toString("hex")}${"00".repeat(32)}`;
const LOTUS_LEAST = 100_000n;

withDevChains("proposed fees", () => {
  async function rpcOf(wholeFees: boolean) {
    const call = devRpc(await makeDevChain({ accounts: 1 }), { wholeFees });
    const [from] = (await call("eth_accounts")) as [string];
    const big = async (name: string, ...params: unknown[]) => BigInt((await call(name, ...params)) as string);
    /** Sends, and what it cost beside its price times its gas. */
    const send = async (transaction: object) => {
      const before = await big("eth_getBalance", from, "latest");
      const hash = await call("eth_sendTransaction", { from, ...transaction });
      const receipt = (await call("eth_getTransactionReceipt", hash)) as Record<string, string>;
      const paid = before - (await big("eth_getBalance", from, "latest"));
      const whole = BigInt(receipt.gasUsed as string) * BigInt(receipt.effectiveGasPrice as string);
      return { hash, receipt, beyond: paid - whole };
    };
    return { call, big, send, from };
  }

  describe("whole", () => {
    test("what a sender pays is the price times the gas", async () => {
      const { send, call } = await rpcOf(true);
      const deployed = await send({ data: code });
      expect(deployed).toMatchObject({ beyond: 0n, receipt: { status: "0x1" } });
      const to = deployed.receipt.contractAddress;
      expect(await send({ to, data: "0x2e1a7d4d", gas: "0x2faf080" })).toMatchObject({
        receipt: { status: "0x0" },
      });
      expect((await send({ to: `0x${"77".repeat(20)}`, data: "0x" })).beyond).toBe(0n);
      const block = (await call("eth_getBlockByNumber", "latest", false)) as { baseFeePerGas: string };
      expect(deployed.receipt.effectiveGasPrice).toBe(block.baseFeePerGas);
    });

    test("no premium is proposed", async () => {
      const { big, call, send } = await rpcOf(true);
      await send({ data: code });
      expect(await big("eth_maxPriorityFeePerGas")).toBe(0n);
      expect(await big("eth_gasPrice")).toBeGreaterThanOrEqual(LOTUS_LEAST);
      const { reward } = (await call("eth_feeHistory", "0x2", "latest", [50])) as { reward: string[][] };
      expect(reward.flat()).toEqual(["0x0", "0x0"]);
    });

    test("offers are kept, but for that of 1", async () => {
      const { call, send } = await rpcOf(true);
      for (const [offer, kept] of [
        ["0x1", "0x0"],
        ["0x2", "0x2"],
        ["0x186a0", "0x186a0"],
      ]) {
        const { hash } = await send({ to: `0x${"77".repeat(20)}`, maxPriorityFeePerGas: offer });
        expect(await call("eth_getTransactionByHash", hash)).toMatchObject({ maxPriorityFeePerGas: kept });
      }
    });
  });

  test("Lotus's: a quarter more gas, and a premium", async () => {
    const [lotus, whole] = [await rpcOf(false), await rpcOf(true)];
    const limit = await lotus.big("eth_estimateGas", { from: lotus.from, data: code });
    const less = await whole.big("eth_estimateGas", { from: whole.from, data: code });
    expect(Number(less) / Number(limit)).toBeCloseTo(1.08 / 1.25, 4);
    expect(await lotus.big("eth_maxPriorityFeePerGas")).toBeGreaterThanOrEqual(LOTUS_LEAST);
    const { hash, beyond } = await lotus.send({ data: code, maxPriorityFeePerGas: "0x1" });
    expect(await lotus.call("eth_getTransactionByHash", hash)).toMatchObject({ maxPriorityFeePerGas: "0x1" });
    expect(beyond).toBeGreaterThan(0n);
  });
});
