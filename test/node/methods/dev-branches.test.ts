import { beforeEach, describe, expect, test } from "vitest";
import { ethToFilecoin } from "../../../src/builtin/evm/index.js";
import { type TestChain, withDevChains } from "../../support/dev-chain.js";
import { type Call, twoAccounts } from "../../support/dev-rpc.js";

const WHO = "0x7777777777777777777777777777777777777777";
const who = ethToFilecoin(WHO);

withDevChains("other branches, other blocks", () => {
  let chain: TestChain;
  let call: Call;
  let first: string;
  let second: string;

  beforeEach(async () => {
    ({
      chain,
      call,
      accounts: [first, second],
    } = await twoAccounts());
  });

  const send = (transaction: object) => call("eth_sendTransaction", transaction) as Promise<string>;

  describe("anvil_reorg", () => {
    test("puts other blocks in the place of the last ones, told as a reorganisation", async () => {
      await send({ to: WHO, value: "0x1" });
      const lost = await send({ to: WHO, value: "0x2" });
      await call("evm_mine");
      const before = (await call("eth_getBlockByNumber", "0x3", false)) as { hash: string };
      const changes: [number, number][] = [];
      chain.chain.onChange(({ revert, apply }) => void changes.push([revert.length, apply.length]));
      expect(await call("anvil_reorg", 2, [])).toBeNull();
      expect(await call("eth_blockNumber")).toBe("0x4");
      expect(changes).toEqual([[3, 3]]);
      const after = (await call("eth_getBlockByNumber", "0x3", false)) as { hash: string };
      expect(after.hash).not.toBe(before.hash);
      expect((await chain.actor(who))?.balance).toBe(1n);
      expect(await call("eth_getTransactionReceipt", lost)).toBeNull();
      expect(chain.pool.size).toBe(0);
    });

    test("blocks without messages are other ones, too", async () => {
      await call("evm_mine", { blocks: 3 });
      const hashes = async () =>
        Promise.all(
          [2, 3, 4].map(
            async (n) => ((await call("eth_getBlockByNumber", `0x${n}`, false)) as { hash: string }).hash,
          ),
        );
      const before = await hashes();
      await call("anvil_reorg", 3);
      const after = await hashes();
      expect(after.filter((hash) => before.includes(hash))).toEqual([]);
      await call("anvil_reorg", 3);
      expect((await hashes()).filter((hash) => after.includes(hash))).toEqual([]);
    });

    test("with transactions, of accounts and signed ones, whose nonces follow on the state below", async () => {
      await send({ to: WHO, value: "0x1" });
      await send({ to: WHO, value: "0x2" });
      await send({ from: second, to: WHO, value: "0x4" });
      const raw = await call("eth_signTransaction", {
        from: second,
        to: WHO,
        value: "0x40",
        nonce: 0,
        gas: 10_000_000,
      });
      await call("anvil_reorg", 2, [
        [{ from: first, to: WHO, value: "0x10" }, 0],
        [{ from: first, to: WHO, value: "0x20" }, 0],
        [raw, 1],
      ]);
      expect((await chain.actor(who))?.balance).toBe(0x71n);
      expect(await call("eth_getTransactionCount", first, "latest")).toBe("0x3");
      expect(await call("eth_getTransactionCount", second, "latest")).toBe("0x1");
      expect(await call("eth_getBlockTransactionCountByNumber", "0x3")).toBe("0x2");
    });

    test("refuses what cannot be, and leaves all as it is", async () => {
      await send({ to: WHO, value: "0x1" });
      const head = chain.chain.head;
      await expect(call("anvil_reorg", 5)).rejects.toThrow(/only 1/);
      await expect(call("anvil_reorg", 1, [[{ to: WHO }, 1]])).rejects.toThrow(/block 1 of a branch of 1/);
      await expect(call("anvil_reorg", 1, [[{ from: WHO, to: WHO }, 0]])).rejects.toThrow(/unknown account/);
      await expect(call("anvil_reorg", 1, [["0x0102", 0]])).rejects.toThrow(/not supported/);
      expect(chain.chain.head).toBe(head);
    });
  });

  test("evm_mine_detailed answers the blocks", async () => {
    await call("evm_setAutomine", false);
    const hash = await send({ to: WHO, value: "0x5" });
    expect(await call("evm_mine_detailed", { blocks: 2 })).toMatchObject([
      { number: "0x2", transactions: [{ hash, value: "0x5" }] },
      { number: "0x3", transactions: [] },
    ]);
  });

  test("evm_setBlockGasLimit bounds what is in a tipset", async () => {
    await call("evm_setAutomine", false);
    expect(await call("evm_setBlockGasLimit", "0x1312d00")).toBe(true);
    for (const from of [first, second]) await send({ from, to: WHO, value: "0x5", gas: 15_000_000 });
    await call("evm_mine");
    expect(await call("eth_getBlockTransactionCountByNumber", "latest")).toBe("0x1");
    expect(await call("txpool_status")).toMatchObject({ pending: "0x1" });
    await call("evm_setBlockGasLimit", 10_000_000_000);
    await expect(call("evm_setBlockGasLimit", 10_000_000_001)).rejects.toThrow(/10000000000/);
    await expect(call("evm_setBlockGasLimit", 0)).rejects.toThrow(/from 1/);
  });

  test("eth_sendUnsignedTransaction needs no impersonation", async () => {
    await call("anvil_setBalance", WHO, "0xde0b6b3a7640000");
    const hash = await call("eth_sendUnsignedTransaction", { from: WHO, to: first, value: "0x1" });
    expect(await call("eth_getTransactionReceipt", hash)).toMatchObject({ status: "0x1", from: WHO });
    await expect(send({ from: WHO, to: first })).rejects.toThrow(/unknown account/);
  });

  test("anvil_removePoolTransactions takes one sender's away", async () => {
    await call("evm_setAutomine", false);
    for (const from of [first, first, second]) await send({ from, to: WHO, value: "0x5" });
    expect(await call("anvil_removePoolTransactions", first)).toBeNull();
    expect(await call("txpool_status")).toMatchObject({ pending: "0x1" });
  });
});
