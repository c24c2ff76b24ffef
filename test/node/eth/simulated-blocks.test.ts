/** Blocks that are tried, one on the other. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { ACCOUNT, hasChain, NOBODY, OTHER } from "../../support/evm/probe.js";

const AT = `0x${"c0de".repeat(10)}`;
/** Code that returns the block's number, its time, prevrandao and its own balance. */
const READER = "0x435f5242602052446040524760605260805ff3";
const word = (value: bigint | number) => value.toString(16).padStart(64, "0");

interface Call {
  readonly status: string;
  readonly returnData: string;
  readonly logs: Record<string, unknown>[];
  readonly error?: { readonly code: number };
}
interface Block {
  readonly hash: string;
  readonly parentHash: string;
  readonly number: string;
  readonly timestamp: string;
  readonly transactions: readonly (string | Record<string, unknown>)[];
  readonly calls: readonly Call[];
}

describe.runIf(hasChain("simulated blocks"))("eth_simulateV1", () => {
  let node: RunningNode;
  let latest: { hash: string; number: string; timestamp: string };
  const ask = <T>(method: string, ...params: unknown[]) =>
    node.provider.request({ method, params }) as Promise<T>;
  const simulate = (blockStateCalls: unknown[], more = {}) =>
    ask<Block[]>("eth_simulateV1", { blockStateCalls, ...more }, "latest");
  beforeAll(async () => {
    node = await startNode();
    latest = await ask("eth_getBlockByNumber", "latest", false);
  });
  afterAll(() => node?.close());

  test("each block is on the one before, at the next epoch or a later one; nothing is kept", async () => {
    const send = (from: string, to: string, value: string) => ({ from, to, value });
    const blocks = await simulate([
      { calls: [send(ACCOUNT, NOBODY, "0x5"), send(NOBODY, OTHER, "0x2")] },
      { blockOverrides: { number: "0x64" }, calls: [send(NOBODY, OTHER, "0x3"), send(NOBODY, OTHER, "0x1")] },
      { stateOverrides: { [NOBODY]: { balance: "0x1" } }, calls: [send(NOBODY, OTHER, "0x1")] },
      {},
    ]);
    expect(blocks.map(({ calls }) => calls.map(({ status }) => status))).toEqual([
      ["0x1", "0x1"],
      ["0x1", "0x0"],
      ["0x1"],
      [],
    ]);
    const [first, second, third, fourth] = blocks as [Block, Block, Block, Block];
    expect([first, second, third, fourth].map(({ number }) => Number(number))).toEqual([
      Number(latest.number) + 1,
      100,
      101,
      102,
    ]);
    expect([first, second, third, fourth].map(({ parentHash }) => parentHash)).toEqual([
      latest.hash,
      first.hash,
      second.hash,
      third.hash,
    ]);
    expect(Number(first.timestamp)).toBe(Number(latest.timestamp) + 30);
    expect(Number(third.timestamp)).toBe(Number(second.timestamp) + 30);
    expect(await ask("eth_getBalance", NOBODY, "latest")).toBe("0x0");
    expect(await ask("eth_blockNumber")).toBe(latest.number);
  });

  test("calls see their block, and what was done before them", async () => {
    const look = { from: ACCOUNT, to: AT };
    const state = { [AT]: { code: READER, balance: "0x7" } };
    const block = { number: "0x50", time: "0xffffffff", prevRandao: `0x${word(77)}` };
    const blocks = await simulate([
      { stateOverrides: state, blockOverrides: block, calls: [look] },
      { calls: [{ ...look, value: "0x2" }] },
    ]);
    const words = (answer: string | undefined) => answer?.slice(2).match(/.{64}/g) ?? [];
    const [first = [], second = []] = blocks.map(({ calls }) => [...words(calls[0]?.returnData)]);
    expect([first.length, second.length]).toEqual([4, 4]);
    expect([first[0], first[1], first[3]]).toEqual([word(0x50), word(0xffffffff), word(7)]);
    expect(first).toEqual(words(await ask("eth_call", look, "latest", state, block)));
    expect([second[0], second[1], second[3]]).toEqual([word(0x51), word(0xffffffff + 30), word(9)]);
    expect(second[2]).not.toBe(first[2]);
  });

  test("creations answer the new code; logs have their places; failures say why", async () => {
    const [block] = await simulate(
      [
        {
          calls: [
            // LOG1 of the word 42, then a contract of one zero byte.
            { from: ACCOUNT, data: "0x602a5f52602a60205fa160015ff3" },
            { from: ACCOUNT, data: "0x602a5f5260205ffd" },
            { from: ACCOUNT, input: "0xfe" },
          ],
        },
      ],
      { returnFullTransactions: true },
    );
    const { calls, transactions, hash } = block as Block;
    const [created, reverted, invalid] = calls;
    expect(created).toMatchObject({ status: "0x1", returnData: "0x00" });
    expect(created?.logs).toMatchObject([
      { topics: [`0x${word(42)}`], logIndex: "0x0", transactionIndex: "0x0", blockHash: hash },
    ]);
    expect(reverted).toMatchObject({
      status: "0x0",
      returnData: `0x${word(42)}`,
      error: { code: 3, data: `0x${word(42)}` },
    });
    expect(invalid).toMatchObject({ status: "0x0", returnData: "0x", error: { code: -32015 } });
    expect(transactions).toMatchObject([
      { from: ACCOUNT, to: null, hash: created?.logs[0]?.transactionHash, transactionIndex: "0x0" },
      { transactionIndex: "0x1" },
      { input: "0xfe" },
    ]);
  });

  test("what is out of order, too much or not there is refused", async () => {
    const at = (number: string, time?: string) => ({ blockOverrides: { number, ...(time && { time }) } });
    await expect(simulate([at("0x64"), at("0x64")])).rejects.toMatchObject({ code: -38020 });
    await expect(simulate([at("0x64", "0x1")])).rejects.toMatchObject({ code: -38021 });
    await expect(simulate(Array(257).fill({}))).rejects.toMatchObject({ code: -38026 });
    await expect(simulate([{ calls: Array(1001).fill({ to: AT }) }])).rejects.toMatchObject({ code: -38026 });
    // Each returns half a MiB of zeros.
    const long = { stateOverrides: { [AT]: { code: "0x620800005ff3" } } };
    const [half] = await simulate([{ ...long, calls: [{ to: AT }] }]);
    expect(half?.calls[0]?.returnData).toHaveLength(2 + 2 * 0x80000);
    const many = [{ ...long, calls: Array(40).fill({ to: AT }) }, { calls: Array(40).fill({ to: AT }) }];
    await expect(simulate(many)).rejects.toMatchObject({
      code: -38026,
      message: expect.stringContaining("bytes"),
    });
    await expect(simulate([], { validation: true })).rejects.toMatchObject({ code: -32602 });
    await expect(simulate([], { traceTransfers: true })).rejects.toMatchObject({ code: -32602 });
    expect(await simulate([], { validation: false, traceTransfers: false })).toEqual([]);
  });
});
