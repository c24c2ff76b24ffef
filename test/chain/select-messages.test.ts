import { describe, expect, test } from "vitest";
import { type Address, addressId, idAddress } from "../../src/address/address.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import { executeTipset } from "../../src/chain/execution/execute-tipset.js";
import type { ParentState } from "../../src/chain/execution/parent-state.js";
import { selectMessages } from "../../src/chain/execution/select-messages.js";
import type { Tipset } from "../../src/chain/execution/tipset.js";
import { cidText } from "../../src/encoding/cid.js";
import { encodeMessage, type Message } from "../../src/message/message.js";
import type { U64 } from "../../src/util/u64.js";
import { finish, type Waits } from "../../src/util/waits.js";
import { keyAddress, plainMessage, plainNetwork, plainNode } from "../support/plain-network.js";

type Sent = readonly [from: Address, nonce: U64];

const [alice, bob, nobody] = [keyAddress(1), keyAddress(2), keyAddress(3)];
const ALICE_ID = idAddress(100);
const BOB_ID = idAddress(101);

function tipset(blocks: readonly (readonly Sent[])[]): Tipset {
  return {
    ...{ epoch: 10, parentEpoch: 9, timestamp: 300, baseFee: 0n },
    blocks: blocks.map((messages) => ({
      ...{ miner: idAddress(1000), winCount: 1 },
      messages: messages.map(([from, nonce]) => ({
        message: plainMessage({ from, to: bob, nonce }),
        rawLength: 100,
      })),
    })),
  };
}

/** Knows Alice and Bob. */
function parentState(asked: Address[] = []): ParentState {
  const ids = new Map([
    [alice, 100],
    [bob, 101],
  ]);
  return {
    // biome-ignore lint/correctness/useYield: it never has to wait
    *resolve(address: Address): Waits<U64 | undefined> {
      asked.push(address);
      return addressId(address) ?? ids.get(address);
    },
  } as unknown as ParentState;
}

const select = (...blocks: Sent[][]) => finish(selectMessages(tipset(blocks), parentState()));

describe("of messages with one sender", () => {
  test.each<[string, Sent[][], number[][]]>([
    [
      "that follow each other, all",
      [
        [
          [alice, 5],
          [alice, 6],
        ],
        [[alice, 7]],
      ],
      [[0, 1], [0]],
    ],
    ["the first with a nonce", [[[alice, 5]], [[alice, 5]]], [[0], []]],
    [
      "those that go on after it",
      [
        [[alice, 5]],
        [
          [alice, 5],
          [alice, 6],
        ],
      ],
      [[0], [1]],
    ],
    [
      "none behind a gap",
      [
        [
          [alice, 5],
          [alice, 7],
        ],
        [[alice, 8]],
      ],
      [[0], []],
    ],
    [
      "none before the first",
      [
        [
          [alice, 5],
          [alice, 4],
        ],
        [[alice, 6]],
      ],
      [[0], [0]],
    ],
    [
      "the first, whatever its nonce",
      [
        [
          [alice, 2n ** 60n],
          [alice, 2n ** 60n + 1n],
        ],
      ],
      [[0, 1]],
    ],
    [
      "each sender's own",
      [
        [
          [alice, 5],
          [bob, 1],
        ],
        [
          [bob, 1],
          [alice, 6],
          [bob, 2],
        ],
      ],
      [
        [0, 1],
        [1, 2],
      ],
    ],
  ])("%s", async (_, blocks, selections) => {
    expect(await select(...blocks)).toEqual(selections);
  });
});

describe("a sender by key and by ID", () => {
  test.each<[string, Sent[][], number[][]]>([
    [
      "key first",
      [
        [[alice, 5]],
        [
          [ALICE_ID, 5],
          [ALICE_ID, 6],
        ],
      ],
      [[0], [1]],
    ],
    [
      "ID first",
      [
        [[ALICE_ID, 5]],
        [
          [alice, 5],
          [alice, 6],
        ],
      ],
      [[0], [1]],
    ],
    [
      "by turns",
      [
        [
          [alice, 5],
          [ALICE_ID, 6],
          [alice, 7],
        ],
        [
          [ALICE_ID, 7],
          [alice, 8],
        ],
      ],
      [[0, 1, 2], [1]],
    ],
    [
      "an ID of another",
      [
        [
          [alice, 5],
          [BOB_ID, 5],
        ],
        [
          [alice, 6],
          [bob, 6],
        ],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ],
    ["an ID that nobody has", [[[idAddress(999), 5]], [[idAddress(999), 5]]], [[0], []]],
  ])("%s", async (_, blocks, selections) => {
    expect(await select(...blocks)).toEqual(selections);
  });

  test("one without an ID does not matter before the first f0 sender", async () => {
    expect(
      await select(
        [[nobody, 5]],
        [
          [nobody, 5],
          [nobody, 6],
        ],
      ),
    ).toEqual([[0], [1]]);
  });

  test.each<[string, Sent[][]]>([
    ["before", [[[nobody, 5]], [[ALICE_ID, 5]]]],
    ["after", [[[ALICE_ID, 5]], [[nobody, 5]]]],
  ])("one without an ID %s it makes the tipset invalid", async (_, blocks) => {
    await expect(select(...blocks)).rejects.toMatchObject({ code: "INVALID_TIPSET", details: { epoch: 10 } });
  });

  test("the state is not asked as long as all are written alike", async () => {
    const asked: Address[] = [];
    await finish(selectMessages(tipset([[[alice, 1]], [[nobody, 1]]]), parentState(asked)));
    expect(asked).toEqual([]);
  });
});

describe("a tipset", () => {
  const fees = { gasFeeCap: 1000n, gasLimit: 3_000_000 };
  const stored = (message: Message) => ({ message, rawLength: encodeMessage(message).length + 69 });
  const cheap = stored(plainMessage({ from: alice, to: bob, value: 5n, gasPremium: 1n, ...fees }));
  const dear = stored(plainMessage({ from: alice, to: bob, value: 5n, gasPremium: 200n, ...fees }));
  const next = stored(plainMessage({ from: ALICE_ID, to: bob, value: 7n, nonce: 1, ...fees }));
  const blocks = [[cheap], [dear, next]].map((messages) => ({
    miner: idAddress(1000),
    winCount: 1,
    messages,
  }));
  const raised: Tipset = { epoch: 10, parentEpoch: 9, timestamp: 300, baseFee: 100n, blocks };

  test("executes what is selected: what is left out has no receipt, and costs nobody anything", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    const result = await executeTipset(plainNode(store), stateRoot, raised);
    expect(result.blocks.map(({ executed, penalty }) => [executed, penalty])).toEqual([
      [[0], 0n],
      [[1], 0n],
    ]);
    expect(result.blocks.flatMap(({ messages }) => messages.map(({ receipt }) => receipt.exitCode))).toEqual([
      0, 0,
    ]);
    const without = {
      ...raised,
      blocks: blocks.map((block, i) => (i === 1 ? { ...block, messages: [next] } : block)),
    };
    const same = await executeTipset(plainNode(store), stateRoot, without);
    expect(cidText(result.receiptsRoot)).toBe(cidText(same.receiptsRoot));
    expect(cidText(result.stateRoot)).toBe(cidText(same.stateRoot));
  });

  test("that was selected before is executed whole, but for repeated messages", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    const twice = { ...raised, blocks: [...blocks, ...blocks] };
    const result = await executeTipset(plainNode(store), stateRoot, twice, { selected: true });
    expect(result.blocks.map(({ executed }) => executed)).toEqual([[0], [0, 1], [], []]);
    expect(result.blocks[1]?.messages.map(({ receipt }) => receipt.exitCode)).toEqual([2, 0]);
    expect(result.blocks[1]?.penalty).toBeGreaterThan(0n);
  });

  test.each(["memory", "slow"])("asks the state that its parent has left: %s store", async (kind) => {
    const parent = await plainNetwork([alice, bob]);
    // After the migration Alice has another ID.
    const migrated = await plainNetwork([bob, alice]);
    const all = new Map([...parent.store, ...migrated.store].map(({ cid, data }) => [cid, data]));
    const node = plainNode(
      { get: (cid) => (kind === "slow" ? Promise.resolve(all.get(cid)) : all.get(cid)), putMany() {} },
      { blockCache: BlockCache.create(1 << 20), migrate: () => migrated.stateRoot },
    );
    const again = stored(plainMessage({ from: ALICE_ID, to: bob, ...fees }));
    const both = [[cheap], [again]].map((messages, i) => ({ ...raised.blocks[i], messages }));
    const result = await executeTipset(node, parent.stateRoot, {
      ...raised,
      blocks: both as Tipset["blocks"],
    });
    expect(result.blocks.map(({ executed }) => executed)).toEqual([[0], []]);
  });
});
