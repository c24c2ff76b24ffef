/** Calls inside calls, and functions inside functions. */
import { decode, encode } from "@ipld/dag-cbor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";

const DESCEND = 3;
const LIMIT_EXCEEDED = 3;
const MAX_CALL_DEPTH = 1024;

const net = await TestNet.create();
let chain: TestChain;
beforeEach(async () => {
  chain = await TestChain.on(net);
});
afterEach(() => chain.close());

const descend = (depth: number) =>
  chain.send({ to: net.id("caller"), method: DESCEND, params: encode(depth) });

test.each([0, 1, 10, MAX_CALL_DEPTH - 1])("%i levels down", async (depth) => {
  const { receipt } = await descend(depth);
  expect(receipt.exitCode).toBe(0);
  expect(decode(receipt.returnData)).toEqual([depth, 0]);
});

test("the send at the depth limit is refused, and nothing else happens", async () => {
  const { receipt } = await descend(5000);
  expect(receipt.exitCode).toBe(0);
  expect(decode(receipt.returnData)).toEqual([MAX_CALL_DEPTH - 1, LIMIT_EXCEEDED]);
});

test("a full call stack costs heap, not JavaScript's stack", async () => {
  const shallow = await atTheBottom(0);
  const deep = await atTheBottom(MAX_CALL_DEPTH - 1);
  const growth = (deep.resident - shallow.resident) >> 20;
  console.info(`${deep.frames} JavaScript frames below ${MAX_CALL_DEPTH} calls, ${growth} MiB more resident`);
  expect(deep.frames).toBe(shallow.frames);
});

test("two full call stacks at once, of which the second one finds no pool", async () => {
  const message = { to: net.id("caller"), method: DESCEND, params: encode(MAX_CALL_DEPTH - 1) };
  const { receipt: alone } = await chain.send(message);
  const other = await TestChain.on(net);
  const inner: unknown[] = [];
  // The innermost actor of the outer stack waits while this runs.
  const log = () => void inner.push(other.machine.executeSync(other.message(message)).receipt);
  const outer = await TestChain.on(net, { debug: { log } });
  const { receipt } = await outer.send(message);
  expect(receipt.returnData).toEqual(alone.returnData);
  expect(inner).toEqual([alone]);
  outer.close();
  other.close();
});

/** JavaScript's stack and resident bytes where the innermost actor writes its debug text. */
async function atTheBottom(depth: number): Promise<{ frames: number; resident: number }> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const found = await new Promise<{ frames: number; resident: number }>((resolve, reject) => {
    const log = () =>
      resolve({ frames: new Error().stack?.split("\n").length ?? 0, resident: process.memoryUsage.rss() });
    void (async () => {
      const logging = await TestChain.on(net, { debug: { log } });
      await logging.send({ to: net.id("caller"), method: DESCEND, params: encode(depth) });
      logging.close();
      reject(new Error("the innermost actor wrote nothing"));
    })();
  });
  Error.stackTraceLimit = limit;
  return found;
}
