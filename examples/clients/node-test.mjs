// node:test: each file has a node of its own, and each test the chain as the first one found it.
import assert from "node:assert/strict";
import { after, afterEach, beforeEach, test } from "node:test";
import { startNode } from "fvm-node/node";

const node = await startNode();
const call = (method, ...params) => node.provider.request({ method, params });
const [alice, bob] = await call("eth_accounts");
let snapshot;
beforeEach(async () => {
  snapshot = await call("evm_snapshot");
});
afterEach(() => call("evm_revert", snapshot));
after(() => node.close());

test("a transfer arrives", async () => {
  const before = BigInt(await call("eth_getBalance", bob, "latest"));
  const hash = await call("eth_sendTransaction", { from: alice, to: bob, value: "0x7" });
  assert.equal((await call("eth_getTransactionReceipt", hash)).status, "0x1");
  assert.equal(BigInt(await call("eth_getBalance", bob, "latest")), before + 7n);
});

test("it is gone in the next test", async () => {
  assert.equal(await call("eth_getTransactionCount", alice, "latest"), "0x0");
});
