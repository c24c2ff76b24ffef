/** viem sends transactions: one by one, many at once, replaced, refused. */
import { createWalletClient, encodeDeployData, type Hex, http, parseEther } from "viem";
import { mnemonicToAccount, nonceManager } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevNode, MNEMONIC } from "../support/dev-node.js";
import { abi, ask, bytecode, startTillNode } from "../support/till-node.js";
import { type Client, person } from "../support/viem.js";

const account = person(0);

let node: DevNode;
let client: Client;
let address: Hex;

beforeAll(async () => {
  ({ node, client, address } = await startTillNode());
});
afterAll(() => node?.[Symbol.asyncDispose]());

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
  expect(await ask(client, { method: "eth_getTransactionReceipt", params: [hash] })).toBeNull();
  expect(await ask(client, { method: "eth_getTransactionByHash", params: [hash] })).toBeNull();
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
  const sender = person(2);
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
    expect(await ask(client, { method: "eth_getTransactionReceipt", params: [first] })).toBeNull();
  } finally {
    await client.setAutomine(true);
  }
});

test("must 7: a limit below the message's own cost is refused, and says so", async () => {
  const data = encodeDeployData({ abi, bytecode, args: [1n] });
  await expect(client.sendTransaction({ data, gas: 155_582n, chain: client.chain })).rejects.toThrow(/gas/i);
});

test("no funds, old nonces: in words that the client knows", async () => {
  const poor = person(99);
  const wallet = createWalletClient({ account: poor, chain: client.chain, transport: http(node.url) });
  await expect(wallet.sendTransaction({ to: address, value: 1n, gas: 5_000_000n })).rejects.toThrow(
    /insufficient funds|balance/i,
  );
  await expect(
    client.sendTransaction({ to: address, nonce: 0, gas: 5_000_000n, chain: client.chain }),
  ).rejects.toThrow(/nonce.*lower|nonce too low/i);
});
