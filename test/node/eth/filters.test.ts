/** Filters and subscriptions as clients of Ethereum expect them, on a chain that the node makes. */
import { beforeEach, describe, expect, test } from "vitest";
import { maskedId } from "../../../src/builtin/evm/index.js";
import { Filters } from "../../../src/node/eth/filters/filters.js";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { TestConnection, type WholeNode, wholeNode } from "../../support/whole-node.js";

/** Has two logs for each call, whose topic is the call's data. */
const SPEAKER = "0x7777777777777777777777777777777777777777";
const CODE = `0x${"60003560006000a1".repeat(2)}00`;
const OTHER = "0x8888888888888888888888888888888888888888";

interface Log {
  readonly address: string;
  readonly topics: readonly string[];
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly logIndex: string;
  readonly removed: boolean;
}

const topic = (n: number) => `0x${n.toString(16).padStart(64, "0")}`;
const saidBy = (logs: readonly Log[]) => logs.map(({ topics: [one], removed }) => [Number(one), removed]);

withDevChains("filters", () => {
  let chain: TestChain;
  let node: WholeNode;
  const call = <T = unknown>(name: string, ...params: unknown[]) => node.call<T>(name, ...params);

  beforeEach(async () => {
    chain = await makeDevChain({ accounts: 2 });
    node = wholeNode(chain);
    for (const address of [SPEAKER, OTHER]) await call("anvil_setCode", address, CODE);
  });

  const say = (n: number, to = SPEAKER) => call<string>("eth_sendTransaction", { to, data: topic(n) });
  const latest = () => call<{ hash: string; number: string }>("eth_getBlockByNumber", "latest", false);
  const changes = <T = Log>(id: string) => call<T[]>("eth_getFilterChanges", id);
  const filterOf = (query: object = {}) => call<string>("eth_newFilter", query);

  describe("of logs", () => {
    test("tell each log once, with its place in the block", async () => {
      const filter = await filterOf({ address: SPEAKER });
      const hash = await say(1);
      const { logs } = await call<{ logs: Log[] }>("eth_getTransactionReceipt", hash);
      expect(logs.map(({ logIndex }) => logIndex)).toEqual(["0x0", "0x1"]);
      expect(await changes(filter)).toEqual(logs);
      await call("evm_mine", { blocks: 2 });
      expect(await changes(filter)).toEqual([]);
    });

    test("places are those among all logs of the block, of whatever contract", async () => {
      await call("evm_setAutomine", false);
      const filter = await filterOf({ address: OTHER });
      const [first, second] = chain.dev.accounts;
      await call("eth_sendTransaction", { from: first, to: SPEAKER, data: topic(1) });
      await call("eth_sendTransaction", { from: second, to: OTHER, data: topic(2) });
      await call("evm_mine");
      const told = await changes(filter);
      const all = await call<Log[]>("eth_getLogs", { blockHash: (await latest()).hash });
      expect(all).toHaveLength(4);
      expect(told).toEqual(all.filter(({ address }) => address === OTHER));
    });

    test("begin with what there has been since fromBlock; all of it comes again by eth_getFilterLogs", async () => {
      await say(1);
      const { number } = await latest();
      await say(2);
      const filter = await filterOf({ fromBlock: number });
      expect(saidBy(await changes(filter)).map(([n]) => n)).toEqual([1, 1, 2, 2]);
      await say(3);
      expect(saidBy(await changes(filter)).map(([n]) => n)).toEqual([3, 3]);
      const all = await call<Log[]>("eth_getFilterLogs", filter);
      expect(saidBy(all).map(([n]) => n)).toEqual([1, 1, 2, 2, 3, 3]);
      expect(await changes(filter)).toEqual([]);
    });

    test.each(["pending", "latest", "safe", "finalized", "earliest"])("take %s", async (tag) => {
      const filter = await filterOf({ fromBlock: tag });
      await say(1);
      expect(saidBy(await changes(filter))).toEqual([
        [1, false],
        [1, false],
      ]);
      expect(await call<Log[]>("eth_getLogs", { fromBlock: tag, toBlock: "pending" })).toBeInstanceOf(Array);
    });

    test("of blocks that are not there yet wait for them", async () => {
      const epoch = Number((await latest()).number);
      const range = { fromBlock: `0x${(epoch + 2).toString(16)}`, toBlock: `0x${(epoch + 3).toString(16)}` };
      const filter = await filterOf(range);
      expect(await call("eth_getLogs", range)).toEqual([]);
      for (const n of [1, 2, 3, 4]) await say(n);
      expect(saidBy(await changes(filter)).map(([n]) => n)).toEqual([2, 2, 3, 3]);
    });

    test("know contracts by both their addresses, also by both at once", async () => {
      const address = await call<string>("Filecoin.EthAddressToFilecoinAddress", SPEAKER);
      const masked = maskedId(Number((await call<string>("Filecoin.StateLookupID", address, null)).slice(2)));
      const filters = await Promise.all([
        filterOf({ address: masked }),
        filterOf({ address: [masked, OTHER] }),
        filterOf({ address: [SPEAKER, OTHER] }),
      ]);
      await say(1);
      await say(2, OTHER);
      const said = await Promise.all(filters.map(async (id) => saidBy(await changes(id)).map(([n]) => n)));
      expect(said).toEqual([
        [1, 1],
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ]);
    });

    test("by topics: any of several, and any where none is said", async () => {
      const [any, one, two] = [
        await filterOf({ topics: [null] }),
        await filterOf({ topics: [topic(2)] }),
        await filterOf({ topics: [[topic(1), topic(3)]] }),
      ];
      for (const n of [1, 2, 3]) await say(n);
      const numbers = async (id: string) => saidBy(await changes(id)).map(([n]) => n);
      expect(await numbers(any)).toEqual([1, 1, 2, 2, 3, 3]);
      expect(await numbers(one)).toEqual([2, 2]);
      expect(await numbers(two)).toEqual([1, 1, 3, 3]);
    });
  });

  describe("after a reorganisation", () => {
    test("logs that are gone are told again, as removed, then those of the new blocks", async () => {
      const filter = await filterOf();
      await say(1);
      await say(2);
      const before = await changes(filter);
      const { hash } = await latest();
      await call("anvil_reorg", 1, [[{ to: SPEAKER, data: topic(3) }, 0]]);
      const told = await changes(filter);
      expect(saidBy(told)).toEqual([
        [2, true],
        [2, true],
        [3, false],
        [3, false],
      ]);
      expect(told.slice(0, 2).map(({ blockHash }) => blockHash)).toEqual([hash, hash]);
      expect(told.slice(0, 2)).toEqual(before.slice(2).map((log) => ({ ...log, removed: true })));
    });

    test("nothing is told of what came and went between two polls", async () => {
      const filter = await filterOf();
      const id = await call("evm_snapshot");
      await say(1);
      await call("evm_revert", id);
      await say(2);
      const told = saidBy(await changes(filter));
      expect(told.filter(([n]) => n === 1)).toEqual([
        [1, false],
        [1, false],
        [1, true],
        [1, true],
      ]);
      expect(told.at(-1)).toEqual([2, false]);
    });

    test("block filters tell of the new blocks", async () => {
      const filter = await call<string>("eth_newBlockFilter");
      await call("evm_mine");
      await call("evm_mine");
      const old = await changes<string>(filter);
      expect(old).toHaveLength(2);
      await call("anvil_reorg", 2, []);
      const told = await changes<string>(filter);
      expect(told).toHaveLength(2);
      expect(told.at(-1)).toBe((await latest()).hash);
      expect(told.filter((hash) => old.includes(hash))).toEqual([]);
    });
  });

  test("block filters tell of each block that becomes the latest, and of nothing else", async () => {
    const filter = await call<string>("eth_newBlockFilter");
    const expected: string[] = [];
    for (const n of [1, 2]) {
      await say(n);
      expected.push((await latest()).hash);
    }
    // An edit puts another provisional head on the same block.
    await call("anvil_setBalance", OTHER, "0x5");
    expect(await changes<string>(filter)).toEqual(expected);
  });

  test("pending filters tell of each transaction once", async () => {
    const filter = await call<string>("eth_newPendingTransactionFilter");
    const hash = await say(1);
    expect(await changes<string>(filter)).toEqual([hash]);
    expect(await changes<string>(filter)).toEqual([]);
  });

  test("there are 10,000 of them, each for an hour after its last poll", async () => {
    let now = 0;
    const filters = new Filters(node.node.eth, { lotus: false, now: () => now });
    const first = filters.newBlockFilter();
    for (let i = 1; i < 10_000; i++) filters.newBlockFilter();
    expect(() => filters.newBlockFilter()).toThrow(/maximum number of filters/);
    now = 3_599_999;
    expect(await filters.changes(first, {})).toEqual([]);
    now = 3_600_001;
    expect(filters.size).toBe(10_000);
    filters.newBlockFilter();
    expect(filters.size).toBe(2);
    expect(filters.uninstall(first)).toBe(true);
    expect(filters.uninstall(first)).toBe(false);
    await expect(filters.changes(first, {})).rejects.toThrow("filter not found");
    filters.close();
  });

  describe("subscriptions", () => {
    const told = (connection: TestConnection) =>
      connection.told.map(({ params }) => (params as { result: unknown }).result);

    test("logs come once, with their place; a fork takes them back", async () => {
      const connection = new TestConnection();
      await node.callOn(connection, "eth_subscribe", "logs", { address: SPEAKER });
      await say(1);
      await call("anvil_reorg", 1, []);
      await node.node.subscriptions.settled();
      const logs = told(connection) as Log[];
      expect(logs.map(({ logIndex, removed }) => [logIndex, removed])).toEqual([
        ["0x0", false],
        ["0x1", false],
        ["0x0", true],
        ["0x1", true],
      ]);
    });

    test("heads are those of blocks that become the latest, with the bloom of their logs, without transactions", async () => {
      const connection = new TestConnection();
      await node.callOn(connection, "eth_subscribe", "newHeads");
      await say(1);
      await call("evm_mine");
      await node.node.subscriptions.settled();
      const heads = told(connection) as Record<string, unknown>[];
      const block = (number: unknown) => call<Record<string, unknown>>("eth_getBlockByNumber", number, false);
      expect(heads).toHaveLength(2);
      for (const head of heads) {
        const { transactions: _, uncles: __, ...header } = await block(head.number);
        expect(head).toEqual(header);
      }
      expect(heads[0]?.logsBloom).not.toBe(heads[1]?.logsBloom);
    });
  });
});
