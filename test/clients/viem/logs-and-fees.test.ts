/** viem reads logs and fees, and has typed data signed. */
import { createPublicClient, type Hex, webSocket } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DevNode } from "../support/dev-node.js";
import { abi, ask, startTillNode } from "../support/till-node.js";
import { type Client, person } from "../support/viem.js";

const account = person(0);

let node: DevNode;
let client: Client;
let address: Hex;

beforeAll(async () => {
  ({ node, client, address } = await startTillNode());
});
afterAll(() => node?.[Symbol.asyncDispose]());

const write = (functionName: string, args: unknown[] = []) =>
  client.writeContract({ abi, address, functionName, args, chain: client.chain });

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

test("must 13: history, gas price, estimates", async () => {
  const history = await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [10, 50] });
  expect(history.baseFeePerGas).toHaveLength(history.gasUsedRatio.length + 1);
  expect(history.reward?.every((each) => each.length === 2)).toBe(true);
  const { maxFeePerGas, maxPriorityFeePerGas } = await client.estimateFeesPerGas();
  expect(maxFeePerGas).toBeGreaterThan(maxPriorityFeePerGas);
  expect(await client.getGasPrice()).toBeGreaterThan(0n);
});

test("must 10: unknown methods are known to be", async () => {
  await expect(ask(client, { method: "eth_fillTransaction" })).rejects.toMatchObject({
    code: -32601,
  });
});

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
