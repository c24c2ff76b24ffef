/** viem, with accounts of its own and those of the node. */

import {
  type Abi,
  BaseError,
  ContractFunctionRevertedError,
  concatHex,
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  http,
  parseEther,
  toHex,
  webSocket,
  zeroAddress,
  zeroHash,
} from "viem";
import { mnemonicToAccount, nonceManager } from "viem/accounts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DevNode, MNEMONIC, startDevNode, till } from "./support/dev-node.js";
import { type Client, CREATE2_DEPLOYER, clientOf } from "./support/viem.js";

const abi = till.abi as Abi;
const bytecode = till.bytecode as Hex;
const account = mnemonicToAccount(MNEMONIC);

let node: DevNode;
let client: Client;
let address: Hex;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
});
afterAll(() => node?.[Symbol.asyncDispose]());

/** Deploys the contract; its address. */
async function deploy(): Promise<Hex> {
  const hash = await client.deployContract({ abi, bytecode, args: [100n] });
  const { contractAddress, status } = await client.waitForTransactionReceipt({ hash });
  expect(status).toBe("success");
  return contractAddress as Hex;
}

beforeEach(async () => {
  address ??= await deploy();
});

const read = (functionName: string, args: unknown[] = []) =>
  client.readContract({ abi, address, functionName, args, account });
const write = (functionName: string, args: unknown[] = []) =>
  client.writeContract({ abi, address, functionName, args, chain: client.chain });

/** A request that the client has no function for. */
const ask = (request: { method: string; params?: unknown[] }) =>
  (client.request as (request: unknown) => Promise<unknown>)(request);

describe("transactions", () => {
  test("must 4: a transfer: its receipt, its height, its block", async () => {
    const to = "0x00000000000000000000000000000000000abcde";
    const before = await client.getBlockNumber({ cacheTime: 0 });
    const hash = await client.sendTransaction({ to, value: parseEther("1.5"), chain: client.chain });
    const receipt = await client.waitForTransactionReceipt({ hash });
    expect(receipt).toMatchObject({ status: "success", transactionHash: hash, type: "eip1559" });
    expect(receipt.blockNumber).toBeGreaterThan(before);
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBeGreaterThanOrEqual(receipt.blockNumber);
    expect(await client.getBalance({ address: to })).toBe(parseEther("1.5"));
    const block = await client.getBlock({ blockNumber: receipt.blockNumber, includeTransactions: true });
    expect(block.transactions.map((transaction) => transaction.hash)).toEqual([hash]);
    expect(block.hash).toBe(receipt.blockHash);
  });

  test("must 4: unknown hashes are null", async () => {
    const hash = `0x${"12".repeat(32)}` as const;
    expect(await ask({ method: "eth_getTransactionReceipt", params: [hash] })).toBeNull();
    expect(await ask({ method: "eth_getTransactionByHash", params: [hash] })).toBeNull();
  });

  test("must 5: a transaction is known as soon as its hash is, mined or not", async () => {
    for (const automine of [true, false]) {
      await client.setAutomine(automine);
      const hash = await client.sendTransaction({ to: address, value: 3n, chain: client.chain });
      const { value, blockNumber } = await client.getTransaction({ hash });
      expect([value, blockNumber === null]).toEqual([3n, !automine]);
    }
    await client.mine({ blocks: 1 });
    await client.setAutomine(true);
  });

  test("must 4: a receipt that comes later is seen", async () => {
    await client.setAutomine(false);
    try {
      const hash = await client.sendTransaction({ to: address, value: 1n, chain: client.chain });
      expect((await client.getTransaction({ hash })).blockNumber).toBeNull();
      const receipt = client.waitForTransactionReceipt({ hash, timeout: 30_000 });
      await client.mine({ blocks: 1 });
      expect((await receipt).status).toBe("success");
    } finally {
      await client.setAutomine(true);
    }
  });

  test("20 at once, by the client's own count of nonces", async () => {
    const sender = mnemonicToAccount(MNEMONIC, { addressIndex: 1, nonceManager });
    const wallet = createWalletClient({ account: sender, chain: client.chain, transport: http(node.url) });
    const hashes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => wallet.sendTransaction({ to: address, value: BigInt(index) })),
    );
    const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })));
    expect(receipts.map(({ status }) => status)).toEqual(Array(20).fill("success"));
    expect(await client.getTransactionCount({ address: sender.address })).toBe(20);
  });

  test("must 6: nonces in any order", async () => {
    const sender = mnemonicToAccount(MNEMONIC, { addressIndex: 2 });
    const nonces = [3, 1, 4, 0, 2, 5];
    const fees = await client.estimateFeesPerGas();
    const raw = (nonce: number) =>
      sender.signTransaction({
        chainId: 31415926,
        type: "eip1559",
        to: address,
        nonce,
        gas: 5_000_000n,
        ...fees,
      });
    const hashes = await Promise.all(
      nonces.map(async (nonce) => client.sendRawTransaction({ serializedTransaction: await raw(nonce) })),
    );
    const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })));
    expect(receipts.every(({ status }) => status === "success")).toBe(true);
    for (const blockTag of ["latest", "pending"] as const)
      expect(await client.getTransactionCount({ address: sender.address, blockTag })).toBe(6);
  });

  test("replacement of what waits", async () => {
    await client.setAutomine(false);
    try {
      const nonce = await client.getTransactionCount({ address: account.address });
      const { maxFeePerGas, maxPriorityFeePerGas } = await client.estimateFeesPerGas();
      const send = (value: bigint, times: bigint) =>
        client.sendTransaction({
          chain: client.chain,
          to: address,
          value,
          nonce,
          maxFeePerGas: maxFeePerGas * times,
          maxPriorityFeePerGas: maxPriorityFeePerGas * times,
        });
      const first = await send(1n, 1n);
      const replaced = await send(2n, 2n);
      await expect(send(3n, 1n)).rejects.toThrow(/underpriced/i);
      await client.mine({ blocks: 1 });
      expect((await client.waitForTransactionReceipt({ hash: replaced })).status).toBe("success");
      expect(await ask({ method: "eth_getTransactionReceipt", params: [first] })).toBeNull();
    } finally {
      await client.setAutomine(true);
    }
  });

  test("must 7: a limit below the message's own cost is refused, and says so", async () => {
    const data = encodeDeployData({ abi, bytecode, args: [1n] });
    await expect(client.sendTransaction({ data, gas: 155_582n, chain: client.chain })).rejects.toThrow(
      /gas/i,
    );
  });

  test("no funds, old nonces: in words that the client knows", async () => {
    const poor = mnemonicToAccount(MNEMONIC, { addressIndex: 99 });
    const wallet = createWalletClient({ account: poor, chain: client.chain, transport: http(node.url) });
    await expect(wallet.sendTransaction({ to: address, value: 1n, gas: 5_000_000n })).rejects.toThrow(
      /insufficient funds|balance/i,
    );
    await expect(
      client.sendTransaction({ to: address, nonce: 0, gas: 5_000_000n, chain: client.chain }),
    ).rejects.toThrow(/nonce.*lower|nonce too low/i);
  });
});

describe("contracts", () => {
  test("reads, writes, and what a write would answer", async () => {
    const before = (await read("total")) as bigint;
    const { result } = await client.simulateContract({
      abi,
      address,
      functionName: "pay",
      args: [5n, "a"],
      account,
    });
    expect(result).toBe(before + 5n);
    const hash = await write("pay", [5n, "a"]);
    const { status, logs } = await client.waitForTransactionReceipt({ hash });
    expect([status, logs.length]).toEqual(["success", 1]);
    expect(await read("total")).toBe(before + 5n);
  });

  /** The error that the contract gave, as the client decodes it. */
  async function revertOf(call: Promise<unknown>) {
    const error = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(BaseError);
    const reverted = (error as BaseError).walk((each) => each instanceof ContractFunctionRevertedError);
    return (reverted as ContractFunctionRevertedError | null)?.data;
  }

  test.each(["call", "estimate"] as const)("must 1: reverts are decoded: %s", async (kind) => {
    const fails = (functionName: string, args: unknown[] = []) =>
      revertOf(
        kind === "call"
          ? client.simulateContract({ abi, address, functionName, args, account })
          : client.estimateContractGas({ abi, address, functionName, args, account }),
      );
    expect(await fails("take", [10n ** 9n])).toMatchObject({
      errorName: "TooMuch",
      args: [account.address, 10n ** 9n, expect.any(BigInt)],
    });
    expect(await fails("failWithText")).toMatchObject({ errorName: "Error", args: ["the till is closed"] });
    expect(await fails("failByPanic", [0n])).toMatchObject({ errorName: "Panic", args: [18n] });
    expect(await fails("failWithout")).toBeUndefined();
  });

  test("must 11: multicall", async () => {
    const contracts = ["total", "balances", "failWithText"].map((functionName) => ({
      abi,
      address,
      functionName,
      args: functionName === "balances" ? [account.address] : [],
    }));
    const results = await client.multicall({ contracts });
    expect(results.map(({ status }) => status)).toEqual(["success", "success", "failure"]);
  });

  test("must 12: the CREATE2 deployer is there, and deploys", async () => {
    expect(await client.getCode({ address: CREATE2_DEPLOYER })).toMatch(/^0x[0-9a-f]{20,}/);
    const salt = zeroHash;
    const initcode = encodeDeployData({ abi, bytecode, args: [7n] });
    const expected = getContractAddress({
      opcode: "CREATE2",
      from: CREATE2_DEPLOYER,
      salt,
      bytecode: initcode,
    });
    const data = concatHex([salt, initcode]);
    const hash = await client.sendTransaction({ to: CREATE2_DEPLOYER, data, chain: client.chain });
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
    expect(await client.readContract({ abi, address: expected, functionName: "total" })).toBe(7n);
  });

  test("must 9: calls in each form that clients have for them", async () => {
    const total = encodeFunctionData({ abi, functionName: "total" });
    const answer = await ask({ method: "eth_call", params: [{ to: address, data: total }, "latest"] });
    const { number } = await client.getBlock();
    const calls: [call: Record<string, unknown>, ...block: unknown[]][] = [
      [{ to: address, input: total }, "latest"],
      [{ to: address, input: total, data: total }, "latest"],
      [{ to: address, data: total }],
      [{ to: address, data: total, from: zeroAddress }, "pending"],
      [{ to: address, data: total, from: account.address }, toHex(number)],
      [{ to: address, data: total }, { blockNumber: toHex(number) }],
    ];
    for (const params of calls) {
      expect(await ask({ method: "eth_call", params }), JSON.stringify(params)).toBe(answer);
      const gas = await ask({ method: "eth_estimateGas", params });
      expect(Number(gas), JSON.stringify(params)).toBeGreaterThan(0);
    }
    // Before the contract was there, an address without code answers nothing.
    for (const block of ["finalized", "earliest"])
      expect(await ask({ method: "eth_call", params: [{ to: address, data: total }, block] })).toBe("0x");
    const creation = encodeDeployData({ abi, bytecode, args: [1n] });
    for (const to of [{}, { to: null }])
      expect(
        Number(
          await ask({
            method: "eth_estimateGas",
            params: [{ ...to, from: account.address, input: creation }, "pending"],
          }),
        ),
      ).toBeGreaterThan(0);
  });

  test("must 3: batches over HTTP: each gets its own answer", async () => {
    const batching = clientOf(node.url, true);
    const [total, failed, height] = await Promise.allSettled([
      batching.readContract({ abi, address, functionName: "total" }),
      batching.readContract({ abi, address, functionName: "failWithText" }),
      batching.getBlockNumber(),
    ]);
    expect([total.status, failed.status, height.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});

describe("logs", () => {
  test("by filter, by range, by subscription", async () => {
    const seen: unknown[] = [];
    const sockets = createPublicClient({ chain: client.chain, transport: webSocket(node.ws) });
    const heads: bigint[] = [];
    const unwatchHeads = sockets.watchBlocks({ onBlock: ({ number }) => heads.push(number) });
    const unwatch = sockets.watchContractEvent({
      abi,
      address,
      eventName: "Numbered",
      onLogs: (logs) => seen.push(...logs),
    });
    const filter = await client.createContractEventFilter({ abi, address, eventName: "Numbered" });
    await new Promise((resolve) => setTimeout(resolve, 500));

    const hash = await write("number", [3n]);
    const { blockNumber } = await client.waitForTransactionReceipt({ hash });
    const logs = await client.getContractEvents({
      abi,
      address,
      eventName: "Numbered",
      fromBlock: blockNumber,
    });
    expect(logs.map((log) => (log as { args: unknown }).args)).toEqual(
      [0n, 1n, 2n].map((number) => ({ number })),
    );
    expect(logs.map(({ logIndex }) => logIndex)).toEqual([0, 1, 2]);
    expect(await client.getFilterChanges({ filter })).toEqual(logs);
    expect(await client.getFilterChanges({ filter })).toEqual([]);
    expect(await client.uninstallFilter({ filter })).toBe(true);
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(3);
    expect(seen).toEqual(logs);
    await expect.poll(() => heads.includes(blockNumber), { timeout: 10_000 }).toBe(true);
    unwatch();
    unwatchHeads();
    (await sockets.transport.getRpcClient()).close();
  });
});

describe("fees", () => {
  test("must 13: history, gas price, estimates", async () => {
    const history = await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [10, 50] });
    expect(history.baseFeePerGas).toHaveLength(history.gasUsedRatio.length + 1);
    expect(history.reward?.every((each) => each.length === 2)).toBe(true);
    const { maxFeePerGas, maxPriorityFeePerGas } = await client.estimateFeesPerGas();
    expect(maxFeePerGas).toBeGreaterThan(maxPriorityFeePerGas);
    expect(await client.getGasPrice()).toBeGreaterThan(0n);
  });

  test("must 10: unknown methods are known to be", async () => {
    await expect(ask({ method: "eth_fillTransaction" })).rejects.toMatchObject({
      code: -32601,
    });
  });
});

describe("typed data", () => {
  test("signed by an account of the node, as the client signs it", async () => {
    const typed = {
      domain: { name: "Till", version: "1", chainId: 31415926, verifyingContract: address },
      types: {
        Note: [
          { name: "text", type: "string" },
          { name: "amount", type: "uint256" },
        ],
      },
      primaryType: "Note",
      message: { text: "hello", amount: 7n },
    } as const;
    const [remote] = await client.getAddresses();
    expect(remote).toBe(account.address);
    const signature = await client.signTypedData({ account: account.address, ...typed });
    expect(signature).toBe(await account.signTypedData(typed));
  });
});
