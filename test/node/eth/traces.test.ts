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
});
