/** Methods of Ethereum's nodes that Lotus does not have. */
import { beforeAll, expect, test } from "vitest";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { type WholeNode, wholeNode } from "../../support/whole-node.js";

const WHO = "0x7777777777777777777777777777777777777777";

withDevChains("methods beside Lotus's", () => {
  let chain: TestChain;
  let node: WholeNode;

  beforeAll(async () => {
    chain = await makeDevChain({ accounts: 2 });
    node = wholeNode(chain);
  }, 180_000);

  const signed = (nonce: number) =>
    node.call<string>("eth_signTransaction", { to: WHO, value: "0x5", nonce, gas: 10_000_000 });

  test("a digest", async () => {
    const digest = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
    expect(await node.call("web3_sha3", "0x")).toBe(digest);
  });

  test("transactions as they were signed, of the chain and of the pool", async () => {
    const raw = await signed(0);
    const hash = await node.call<string>("eth_sendRawTransaction", raw);
    expect(await node.call("web3_sha3", raw)).toBe(hash);
    expect(await node.call("eth_getRawTransactionByHash", hash)).toBe(raw);
    expect(await node.call("debug_getRawTransaction", hash)).toBe(raw);
    const { blockHash, blockNumber, transactionIndex } = await node.call<Record<string, string>>(
      "eth_getTransactionReceipt",
      hash,
    );
    const at = [transactionIndex];
    expect(await node.call("eth_getRawTransactionByBlockHashAndIndex", blockHash, ...at)).toBe(raw);
    expect(await node.call("eth_getRawTransactionByBlockNumberAndIndex", blockNumber, ...at)).toBe(raw);
    const unknown = `0x${"ab".repeat(32)}`;
    expect(await node.call("eth_getRawTransactionByHash", unknown)).toBeNull();
    expect(await node.call("eth_getRawTransactionByBlockHashAndIndex", unknown, ...at)).toBeNull();
    // One that waits for the nonce before it.
    const waiting = await signed(5);
    const later = await node.call<string>("eth_sendRawTransaction", waiting);
    expect(await node.call("eth_getRawTransactionByHash", later)).toBe(waiting);
  });

  test("a receipt with the transaction that is sent, or none in time", async () => {
    const nonce = Number(await node.call("eth_getTransactionCount", chain.dev.accounts[0], "latest"));
    const receipt = await node.call("eth_sendRawTransactionSync", await signed(nonce));
    expect(receipt).toMatchObject({ status: "0x1", to: WHO });
    const raw = await signed(nonce + 2);
    await expect(node.call("eth_sendRawTransactionSync", raw, "0x32")).rejects.toMatchObject({
      code: 4,
      data: await node.call("web3_sha3", raw),
    });
    const missing = node.call("eth_sendRawTransactionSync", await signed(nonce + 3), 10_000);
    await chain.dev.mine();
    await node.call("eth_sendRawTransaction", await signed(nonce + 1));
    expect(await missing).toMatchObject({ status: "0x1" });
  });

  test("receipts of a block among so many epochs", async () => {
    const call = (lookback: number) => node.call("Filecoin.EthGetBlockReceiptsLimited", "0x1", lookback);
    await chain.dev.mineMany(5);
    expect(await call(-1)).toEqual(await node.call("eth_getBlockReceipts", "0x1"));
    expect(await call(1000)).toEqual([]);
    await expect(call(2)).rejects.toThrow(
      /^tipset \{bafy[a-z2-7]+\} is older than the allowed lookback limit$/,
    );
  });

  test("no uncles", async () => {
    expect(await node.call("eth_getUncleCountByBlockNumber", "latest")).toBe("0x0");
    expect(await node.call("eth_getUncleByBlockNumberAndIndex", "latest", "0x0")).toBeNull();
  });
});
