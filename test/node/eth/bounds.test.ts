/** Bounds of what a node holds for filters, subscriptions and the pool. */
import { beforeEach, expect, test } from "vitest";
import { delegatedAddress } from "../../../src/address/address.js";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { TestConnection, type WholeNode, wholeNode } from "../../support/whole-node.js";

withDevChains("bounds", () => {
  let chain: TestChain;
  let node: WholeNode;

  beforeEach(async () => {
    chain = await makeDevChain({ accounts: 10 });
    node = wholeNode(chain);
  });

  const addresses = (count: number) =>
    Array.from({ length: count }, (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")}`);

  test("addresses and topics of a filter, and of all filters together", { timeout: 60_000 }, async () => {
    await expect(node.call("eth_newFilter", { address: addresses(10_001) })).rejects.toThrow(/10000 are/);
    const large = { topics: [addresses(10_000).map((one) => one.padEnd(66, "0"))] };
    const first = await node.call<string>("eth_newFilter", large);
    for (let i = 1; i < 20; i++) await node.call("eth_newFilter", large);
    await expect(node.call("eth_newFilter", large)).rejects.toThrow(/more than 200000 addresses/);
    expect(await node.call("eth_uninstallFilter", first)).toBe(true);
    await node.call("eth_newFilter", large);
  });

  test("of all subscriptions, and subscriptions of a connection", { timeout: 60_000 }, async () => {
    const connection = new TestConnection();
    const large = { address: addresses(10_000) };
    for (let i = 0; i < 20; i++) await node.callOn(connection, "eth_subscribe", "logs", large);
    await expect(node.callOn(connection, "eth_subscribe", "logs", large)).rejects.toThrow(/200000/);
    for (let i = 20; i < 1000; i++) await node.callOn(connection, "eth_subscribe", "newHeads");
    await expect(node.callOn(connection, "eth_subscribe", "newHeads")).rejects.toThrow(/this connection/);
    const other = new TestConnection();
    await node.callOn(other, "eth_subscribe", "newHeads");
    connection.close();
    await node.callOn(other, "eth_subscribe", "logs", large);
    expect(node.node.subscriptions.size).toBe(2);
  });

  test("10,000 transactions wait, and are mined; one more of a sender is refused", {
    timeout: 300_000,
  }, async () => {
    const to = delegatedAddress(10, new Uint8Array(20).fill(0x77));
    chain.dev.automine = false;
    for (let sender = 0; sender < 10; sender++) {
      const from = chain.eth(sender);
      const fields = { to, from, value: 1n, gasLimit: 10_000_000, gasFeeCap: 10n ** 7n };
      for (let nonce = 0; nonce < 1000; nonce++) {
        await chain.pool.push(chain.dev.signed(await chain.message({ ...fields, nonce })));
      }
    }
    expect(await node.call("txpool_status")).toEqual({ pending: "0x2710", queued: "0x0" });
    const more = chain.dev.signed(await chain.message({ to, nonce: 1000 }));
    await expect(chain.pool.push(more)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
    let blocks = 0;
    while (chain.pool.size > 0 && blocks < 30) {
      await chain.dev.mine();
      blocks++;
    }
    expect(chain.pool.size).toBe(0);
    expect((await chain.actor(to))?.balance).toBe(10_000n);
  });
});
