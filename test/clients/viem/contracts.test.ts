/** viem deploys, reads and writes contracts, and decodes why they revert. */
import {
  BaseError,
  ContractFunctionRevertedError,
  concatHex,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DevNode } from "../support/dev-node.js";
import { abi, ask, bytecode, startTillNode } from "../support/till-node.js";
import { type Client, CREATE2_DEPLOYER, clientOf, person } from "../support/viem.js";

const account = person(0);

let node: DevNode;
let client: Client;
let address: Hex;

beforeAll(async () => {
  ({ node, client, address } = await startTillNode());
});
afterAll(() => node?.[Symbol.asyncDispose]());

const read = (functionName: string, args: unknown[] = []) =>
  client.readContract({ abi, address, functionName, args, account });
const write = (functionName: string, args: unknown[] = []) =>
  client.writeContract({ abi, address, functionName, args, chain: client.chain });

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
  const answer = await ask(client, { method: "eth_call", params: [{ to: address, data: total }, "latest"] });
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
    expect(await ask(client, { method: "eth_call", params }), JSON.stringify(params)).toBe(answer);
    const gas = await ask(client, { method: "eth_estimateGas", params });
    expect(Number(gas), JSON.stringify(params)).toBeGreaterThan(0);
  }
  // Before the contract was there, an address without code answers nothing.
  for (const block of ["finalized", "earliest"])
    expect(await ask(client, { method: "eth_call", params: [{ to: address, data: total }, block] })).toBe(
      "0x",
    );
  const creation = encodeDeployData({ abi, bytecode, args: [1n] });
  for (const to of [{}, { to: null }])
    expect(
      Number(
        await ask(client, {
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
