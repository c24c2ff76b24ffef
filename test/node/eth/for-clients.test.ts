/** Where Ethereum's reads are not Lotus's, on a recorded chain. */
import { describe, expect, test } from "vitest";
import type { ChainTipset } from "../../../src/chain/history/chain-tipset.js";
import { lotusNode } from "../../support/lotus-answers.js";
import { executableLotusChains } from "../../support/lotus-node.js";
import { recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const names = recordings(["nv28"]).filter((name) => executableLotusChains().includes(name));
if (names.length === 0) skipLoudly("reads of a recorded chain: it, or its actors, are not on this machine");

interface Transaction {
  readonly type: string;
  readonly gasPrice?: string;
  readonly yParity?: string;
  readonly accessList: unknown;
  readonly blockTimestamp: string;
  readonly hash: string;
  readonly r: string;
}

interface Receipt {
  readonly gasUsed: string;
  readonly cumulativeGasUsed: string;
  readonly effectiveGasPrice: string;
}

describe.each(names)("%s", (name) => {
  const [ours, lotus] = [lotusNode(name, false), lotusNode(name, true)];
  const caller = { version: "v1", signal: new AbortController().signal } as const;
  const ask = async (node: typeof ours, method: string, ...params: unknown[]) =>
    (await node).call(method, params, caller);

  test("what is not there is null", async () => {
    const unknown = `0x${"ab".repeat(32)}`;
    for (const [method, ...params] of [
      ["eth_getBlockByNumber", "0x7000", false],
      ["eth_getBlockByHash", unknown, true],
      ["eth_getBlockReceipts", "0x7000"],
      ["eth_getBlockTransactionCountByNumber", "0x7000"],
      ["eth_getBlockTransactionCountByHash", unknown],
      ["eth_getTransactionByBlockNumberAndIndex", "0x1", "0xffff"],
      ["eth_getTransactionByBlockHashAndIndex", unknown, "0x0"],
    ] as const) {
      expect(await ask(ours, method, ...params)).toBeNull();
      await expect(ask(lotus, method, ...params)).rejects.toMatchObject({ code: 1 });
    }
    const nullRound = await firstNullRound(await ours);
    expect(await ask(ours, "eth_getBlockByNumber", nullRound, false)).toBeNull();
    await expect(ask(lotus, "eth_getBlockByNumber", nullRound, false)).rejects.toMatchObject({
      code: 12,
      data: Number(nullRound),
    });
  });

  test("the earliest block is genesis", async () => {
    const block = await ask(ours, "eth_getBlockByNumber", "earliest", false);
    expect(block).toEqual(await ask(ours, "eth_getBlockByNumber", "0x0", false));
    expect(await ask(ours, "eth_getCode", `0x${"00".repeat(20)}`, "earliest")).toBe("0x");
    await expect(ask(lotus, "eth_getBlockByNumber", "earliest", false)).rejects.toThrow("not supported");
  });

  test("transactions and receipts are those of Lotus, and more", async () => {
    let types = "";
    for (let epoch = 0; epoch < 60; epoch++) {
      const number = `0x${epoch.toString(16)}`;
      const block = await blockOrNone(await ours, number);
      if (block === undefined) continue;
      const receipts = (await ask(ours, "eth_getBlockReceipts", number)) as Receipt[];
      let sum = 0;
      for (const [i, transaction] of block.transactions.entries()) {
        const theirs = (await ask(lotus, "eth_getTransactionByHash", transaction.hash)) as Transaction;
        const { gasPrice, yParity, accessList, blockTimestamp, ...same } = transaction;
        const { accessList: _list, gasPrice: legacyPrice, ...expected } = theirs;
        expect(same).toEqual(expected);
        expect(accessList).toEqual([]);
        expect(blockTimestamp).toBe(block.timestamp);
        const receipt = receipts[i] as Receipt;
        sum += Number(receipt.gasUsed);
        expect(Number(receipt.cumulativeGasUsed)).toBe(sum);
        const isDynamic = transaction.type === "0x2";
        expect(gasPrice).toBe(isDynamic ? receipt.effectiveGasPrice : legacyPrice);
        expect(yParity !== undefined).toBe(isDynamic);
        types += transaction.type;
      }
    }
    expect(types).toMatch(/0x0/);
    expect(types).toMatch(/0x2/);
  });

  test("a transaction of the head is pending", async () => {
    const hash = await firstSigned(await ours);
    const { blockNumber } = (await ask(ours, "eth_getTransactionByHash", hash)) as { blockNumber: string };
    for (const node of [ours, lotus]) {
      const { chain } = (await node).options.node;
      await chain.setHead((await chain.tipsetAt(Number(blockNumber), "before")) as ChainTipset);
    }
    expect(await ask(lotus, "eth_getTransactionByHash", hash)).toBeNull();
    expect(await ask(ours, "eth_getTransactionByHash", hash)).toMatchObject({ hash, blockHash: null });
    expect(await ask(ours, "eth_getTransactionReceipt", hash)).toBeNull();
  });
});

type Asked = Awaited<ReturnType<typeof lotusNode>>;

async function blockOrNone(node: Asked, number: string) {
  const caller = { version: "v1", signal: new AbortController().signal } as const;
  const block = await node.call("eth_getBlockByNumber", [number, true], caller);
  return (block ?? undefined) as
    | { readonly timestamp: string; readonly transactions: readonly Transaction[] }
    | undefined;
}

async function firstNullRound(node: Asked): Promise<string> {
  for (let epoch = 1; epoch < 140; epoch++) {
    const number = `0x${epoch.toString(16)}`;
    if ((await blockOrNone(node, number)) === undefined) return number;
  }
  throw new Error("the chain has no null round");
}

/** The hash of a transaction that an Ethereum account has signed. */
async function firstSigned(node: Asked): Promise<string> {
  for (let epoch = 1; epoch < 140; epoch++) {
    const block = await blockOrNone(node, `0x${epoch.toString(16)}`);
    const signed = block?.transactions.find(({ r }) => r !== "0x0");
    if (signed !== undefined) return signed.hash;
  }
  throw new Error("the chain has no transactions of Ethereum accounts");
}
