/** Results of `eth_*` by Ethereum's own schemas: what differs is listed, with its reason. */
import { Transaction } from "micro-eth-signer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NodeAccount, type RunningNode, startNode } from "../../../src/node/index.js";
import { devnetVersions } from "../../support/devnet.js";
import { abiFunction, encodeCall } from "../../support/evm/abi.js";
import { contract } from "../../support/evm/solidity.js";
import { executionApisFolder, resultChecks } from "../../support/execution-apis.js";
import { skipLoudly } from "../../support/skip.js";

/** Where results are not as the schemas say, on purpose: in the method's result, the path and the keyword. */
const DIFFERENCES: readonly { readonly at: RegExp; readonly reason: string }[] = [
  { at: /^eth_signTransaction type/, reason: "the signed bytes alone, as anvil answers and viem expects" },
];

const folder = executionApisFolder();
const isReady = folder !== undefined && devnetVersions([28]).length > 0;
if (!isReady) skipLoudly("results by Ethereum's schemas: they, or builtin actors, are not on this machine");

describe.runIf(isReady)("results", () => {
  // Also the body of what is skipped is run.
  const checks = isReady ? resultChecks(folder) : new Map<string, never>();
  let node: RunningNode;
  const ask = (method: string, ...params: unknown[]) => node.provider.request({ method, params });
  /** Parameters to ask each method with, made of what has happened. */
  let questions: Readonly<Record<string, readonly (readonly unknown[])[]>>;

  beforeAll(async () => {
    node = await startNode({ accounts: 2 });
    const [{ address: from, privateKey }] = node.accounts.eth as [NodeAccount];
    const signed = (nonce: number, transaction: { to?: string; data: string }) => {
      const fields = {
        type: "eip1559",
        chainId: 31415926n,
        nonce: BigInt(nonce),
        value: 0n,
        gasLimit: 10n ** 9n,
      };
      const fees = { maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 10n ** 5n };
      const { to = "0x", data } = transaction;
      const prepared = Transaction.prepare({ ...fields, ...fees, to, data } as never, false);
      return prepared.signBy(privateKey).toHex();
    };
    const send = async (...given: Parameters<typeof signed>) =>
      (await ask("eth_sendRawTransaction", signed(...given))) as string;
    const till = contract("clients.sol", "Till");
    const hexOf = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
    const created = await send(0, { data: `${hexOf(till.initcode)}${"0".repeat(64)}` });
    const { contractAddress: to } = (await ask("eth_getTransactionReceipt", created)) as {
      contractAddress: string;
    };
    const data = hexOf(encodeCall(abiFunction("number(uint256)"), [3n]));
    const called = await send(1, { to, data });
    const { blockNumber, blockHash } = (await ask("eth_getTransactionReceipt", called)) as Record<
      string,
      string
    >;
    const raw = { from, to, data: hexOf(encodeCall(abiFunction("total()"), [])) };
    const filter = await ask("eth_newFilter", { address: to, fromBlock: blockNumber });
    const unknown = `0x${"12".repeat(32)}`;
    const blocks = [["latest"], [blockNumber], ["0x3b9aca00"]];
    questions = {
      net_version: [[]],
      eth_chainId: [[]],
      eth_syncing: [[]],
      eth_accounts: [[]],
      eth_blockNumber: [[]],
      eth_gasPrice: [[]],
      eth_maxPriorityFeePerGas: [[]],
      eth_getBlockByNumber: blocks.flatMap(([block]) => [
        [block, true],
        [block, false],
      ]),
      eth_getBlockByHash: [
        [blockHash, true],
        [blockHash, false],
        [unknown, false],
      ],
      eth_getBlockTransactionCountByNumber: blocks,
      eth_getBlockTransactionCountByHash: [[blockHash], [unknown]],
      eth_getBlockReceipts: blocks,
      eth_getTransactionByHash: [[created], [called], [unknown]],
      eth_getTransactionByBlockHashAndIndex: [[blockHash, "0x0"]],
      eth_getTransactionByBlockNumberAndIndex: [[blockNumber, "0x0"]],
      eth_getTransactionReceipt: [[created], [called], [unknown]],
      eth_getBalance: [[from, "latest"], [from]],
      eth_getCode: [
        [to, "latest"],
        [from, "latest"],
      ],
      eth_getStorageAt: [[to, "0x1", "latest"]],
      eth_getTransactionCount: [
        [from, "latest"],
        [from, "pending"],
      ],
      eth_call: [[raw, "latest"], [raw]],
      eth_estimateGas: [[raw], [raw, "latest"]],
      eth_simulateV1: [[{ blockStateCalls: [{ calls: [raw, { from, to, data: "0x" }] }, {}] }, "latest"]],
      eth_feeHistory: [
        ["0x4", "latest", [10, 50]],
        ["0x4", "latest"],
      ],
      eth_getLogs: [[{ fromBlock: blockNumber }], [{ blockHash }], [{ address: to, topics: [null] }]],
      eth_newFilter: [[{}]],
      eth_newBlockFilter: [[]],
      eth_newPendingTransactionFilter: [[]],
      eth_getFilterLogs: [[filter]],
      eth_getFilterChanges: [[filter]],
      eth_uninstallFilter: [[filter]],
      eth_baseFee: [[]],
      eth_sendRawTransaction: [[signed(2, { to, data })]],
      eth_sendTransaction: [[{ from, to: from, value: "0x1" }]],
      eth_signTransaction: [[{ from, to: from, value: "0x1" }]],
      eth_sign: [[from, "0x1234"]],
    };
  });
  afterAll(() => node?.close());

  test("each method that the node shares with Ethereum is asked", async () => {
    const unasked = [...checks.keys()].filter((name) => !(name in questions));
    const served: string[] = [];
    for (const name of unasked) {
      const code = await ask(name).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
      if (code !== -32601) served.push(name);
    }
    expect(served).toEqual([]);
  });

  test("they are as the schemas say", async () => {
    const found = new Set<string>();
    for (const [method, lists] of Object.entries(questions)) {
      const check = checks.get(method);
      if (check === undefined) throw new Error(`Ethereum has no ${method}`);
      for (const params of lists) {
        const result = await ask(method, ...params);
        for (const { instancePath, keyword, message } of check(result))
          found.add(`${method}${instancePath.replaceAll(/\/[0-9]+/g, "/#")} ${keyword}: ${message}`);
      }
    }
    expect([...found].filter((text) => !DIFFERENCES.some(({ at }) => at.test(text)))).toEqual([]);
    expect(DIFFERENCES.filter(({ at }) => ![...found].some((text) => at.test(text)))).toEqual([]);
  });
});
