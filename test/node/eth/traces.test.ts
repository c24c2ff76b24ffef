/** Traces that Lotus does not have, on a chain that the node makes. */
import { beforeAll, expect, test } from "vitest";
import { filecoinToEth } from "../../../src/builtin/evm/index.js";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { type WholeNode, wholeNode } from "../../support/whole-node.js";

interface Call {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly value: string;
}

withDevChains("traces of transactions and calls", () => {
  let chain: TestChain;
  let node: WholeNode;
  let sent: { readonly from: string; readonly to: string; readonly value: string };

  beforeAll(async () => {
    chain = await makeDevChain({ accounts: 2 });
    node = wholeNode(chain);
    const [from, to] = [chain.eth(0), chain.eth(1)].map((address) => filecoinToEth(address) as string);
    sent = { from: from as string, to: to as string, value: "0x5" };
  }, 180_000);

  test("a transaction, by each tracer", { timeout: 120_000 }, async () => {
    const hash = await node.call<string>("eth_sendTransaction", sent);
    expect(await node.call<Call>("debug_traceTransaction", hash)).toMatchObject({ type: "CALL", ...sent });
    const diff = await node.call<Record<"pre" | "post", object>>("debug_traceTransaction", hash, {
      tracer: "prestateTracer",
      tracerConfig: { diffMode: true },
    });
    expect(Object.keys(diff.post)).toEqual(expect.arrayContaining([sent.from, sent.to]));
    const { blockNumber } = await node.call<{ blockNumber: string }>("eth_getTransactionByHash", hash);
    const traced = await node.call<{ txHash: string }[]>("debug_traceBlockByNumber", blockNumber);
    expect(traced.map(({ txHash }) => txHash)).toEqual([hash]);
    const replay = { trace: [{ action: sent }], stateDiff: { [sent.to]: {} } };
    expect(await node.call("trace_replayTransaction", hash, ["trace", "stateDiff"])).toMatchObject(replay);
  });

  test("a call that nobody has sent", { timeout: 120_000 }, async () => {
    expect(await node.call<Call>("debug_traceCall", sent, "latest")).toMatchObject({ type: "CALL", ...sent });
    const traced = await node.call("trace_call", sent, ["trace", "stateDiff"], "latest");
    expect(traced).toMatchObject({ trace: [{ action: sent }], stateDiff: { [sent.to]: {} } });
    await expect(node.call("debug_traceCall", sent, "latest", { tracer: "none" })).rejects.toThrow(/tracer/);
  });

  const NOBODY = "0x8888888888888888888888888888888888888888";
  /** Returns what is in its slot 0. */
  const READER = "0x60005460005260206000f3";

  test("a call on another state, in another block", { timeout: 120_000 }, async () => {
    const overrides = {
      [NOBODY]: { code: READER, stateDiff: { [`0x${"0".repeat(64)}`]: `0x${"0".repeat(63)}7` } },
    };
    const call = { to: NOBODY };
    const output = `0x${"0".repeat(63)}7`;
    const traced = await node.call("debug_traceCall", call, "latest", { stateOverrides: overrides });
    expect(traced).toMatchObject({ to: NOBODY, output });
    expect(await node.call("trace_call", call, ["trace"], "latest", overrides)).toMatchObject({ output });
    expect(await node.call("debug_traceCall", call, "latest")).not.toMatchObject({ output });
    // The block's number.
    const numbered = { [NOBODY]: { code: "0x4360005260206000f3" } };
    const block = { number: "0x1234" };
    const options = { stateOverrides: numbered, blockOverrides: block };
    const word = `0x${"1234".padStart(64, "0")}`;
    expect(await node.call("debug_traceCall", call, "latest", options)).toMatchObject({ output: word });
    const parity = await node.call("trace_call", call, ["trace"], "latest", numbered, block);
    expect(parity).toMatchObject({ output: word });
    const wrong = { stateOverrides: { [NOBODY]: { color: "red" } } };
    await expect(node.call("debug_traceCall", call, "latest", wrong)).rejects.toThrow(/color/);
  });

  test("calls on each other's states", { timeout: 120_000 }, async () => {
    const balance = async () => Number(await node.call("eth_getBalance", NOBODY, "latest"));
    const before = await balance();
    const send = [{ from: sent.from, to: NOBODY, value: "0x5" }, ["stateDiff"]];
    const [first, second] = await node.call<{ stateDiff: Record<string, { balance: unknown }> }[]>(
      "trace_callMany",
      [send, send],
      "latest",
    );
    expect(first?.stateDiff[NOBODY]?.balance).toMatchObject({ "+": "0x5" });
    expect(second?.stateDiff[NOBODY]?.balance).toMatchObject({ "*": { from: "0x5", to: "0xa" } });
    expect(await balance()).toBe(before);
    expect(await node.call("trace_callMany", [])).toEqual([]);
  });

  test("traces of a range by any tag", { timeout: 120_000 }, async () => {
    const hash = await node.call<string>("eth_sendTransaction", sent);
    for (const range of [
      { fromBlock: "earliest", toBlock: "latest" },
      { fromBlock: "finalized", toBlock: "pending" },
      { fromBlock: "safe", toBlock: "0x100" },
    ]) {
      const traces = await node.call<{ transactionHash: string }[]>("trace_filter", range);
      expect(traces.map(({ transactionHash }) => transactionHash)).toContain(hash);
    }
  });
});
