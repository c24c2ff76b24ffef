import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Address, idAddress } from "../../src/address/address.js";
import { executeMessages } from "../../src/chain/execution/execute-messages.js";
import { executeTipset } from "../../src/chain/execution/execute-tipset.js";
import type { Asking, ChainNode } from "../../src/chain/execution/node.js";
import type { BlockMessage, Tipset } from "../../src/chain/execution/tipset.js";
import { type Cid, cidFromParts, cidText } from "../../src/encoding/cid.js";
import { FvmError, HostFault } from "../../src/errors.js";
import type { Block } from "../../src/ipld/block-access.js";
import type { Message } from "../../src/message/message.js";
import type { Externs } from "../../src/vm/externs/externs.js";
import { noAnswers } from "../../src/vm/externs/no-answers.js";
import type { MachineOptions } from "../../src/vm/machine/options.js";
import { rejectProofs } from "../../src/vm/proofs/verifier.js";
import { EMPTY_ARRAY } from "../../src/vm/state-tree/actor-state.js";

/** The state after an epoch. */
function rootOf(epoch: number): Cid {
  return cidFromParts(0x71, 0xb220, new Uint8Array(32).fill(epoch));
}

/** Calls of machines, in order. */
let log: string[] = [];
let exitCodeOf: (message: Message) => number = () => 0;

// The order of things is the subject here; vectors test it together with real machines.
vi.mock("../../src/vm/machine/machine.js", () => ({
  Machine: {
    async create(options: MachineOptions) {
      const { epoch, timestamp, baseFee, circulatingSupply, stateRoot } = options;
      const supply = typeof circulatingSupply === "function" ? await circulatingSupply() : circulatingSupply;
      log.push(`machine ${epoch} at ${timestamp}, ${baseFee}, ${supply}, on ${stateRoot}`);
      return {
        network: options.network,
        async execute(message: Message, how: { kind: string; rawLength: number }) {
          const name =
            how.kind === "explicit"
              ? `message ${message.nonce} of ${how.rawLength}`
              : `call ${message.to.charCodeAt(1)}`;
          log.push(name);
          const receipt = {
            exitCode: exitCodeOf(message),
            returnData: new Uint8Array(),
            gasUsed: 5,
            eventsRoot: undefined,
          };
          return { receipt, minerTip: BigInt(message.nonce), penalty: 100n };
        },
        async flush() {
          log.push("flush");
          return rootOf(epoch);
        },
        close() {
          log.push("close");
        },
      };
    },
  },
}));

const stored: Block[] = [];

function node(changes: Partial<ChainNode> = {}): ChainNode {
  return {
    chainId: 314,
    genesisTimestamp: 1000,
    blockstore: { get: () => undefined, putMany: (blocks) => void stored.push(...blocks) },
    externs: {
      getChainRandomness: () => undefined,
      getBeaconRandomness: () => undefined,
      getTipsetCid: () => undefined,
      verifyConsensusFault: () => undefined,
    },
    proofs: rejectProofs,
    networkVersion: () => 28,
    circulatingSupply: (epoch) => BigInt(epoch) * 10n,
    ...changes,
  };
}

function message(nonce: number, rawLength = 50): BlockMessage {
  const addresses = { to: idAddress(101), from: "\x01aaaaaaaaaaaaaaaaaaaa" as Address };
  const amounts = { value: 0n, gasLimit: 10, gasFeeCap: 0n, gasPremium: 0n };
  return {
    message: { version: 0, ...addresses, nonce, ...amounts, method: 0, params: new Uint8Array() },
    rawLength,
  };
}

function tipset(changes: Partial<Tipset> = {}): Tipset {
  return { epoch: 10, parentEpoch: 9, timestamp: 1305, baseFee: 7n, blocks: [], ...changes };
}

const start = rootOf(0);
const miner = idAddress(1000);

beforeEach(() => {
  log = [];
  stored.length = 0;
  exitCodeOf = () => 0;
});

describe("a tipset", () => {
  test("of no blocks runs cron only", async () => {
    const result = await executeTipset(node(), start, tipset());
    expect(log).toEqual([`machine 10 at 1305, 7, 100, on ${start}`, "call 3", "flush", "close"]);
    expect(result).toMatchObject({ stateRoot: rootOf(10), nullRounds: [], blocks: [] });
    expect(cidText(result.receiptsRoot)).toBe(
      "bafy2bzacedswlcz5ddgqnyo3sak3jmhmkxashisnlpq6ujgyhe4mlobzpnhs6",
    );
    expect(stored.map(({ cid }) => cid)).toEqual([result.receiptsRoot]);
  });

  test("rewards each block after its messages, and runs cron last", async () => {
    const blocks = [
      { miner, winCount: 1, messages: [message(1, 40), message(2, 41)] },
      { miner, winCount: 2, messages: [] },
    ];
    const result = await executeTipset(node(), start, tipset({ blocks }));
    expect(log.slice(1, -2)).toEqual(["message 1 of 40", "message 2 of 41", "call 2", "call 2", "call 3"]);
    expect(result.blocks).toMatchObject([
      { gasReward: 3n, penalty: 200n },
      { gasReward: 0n, penalty: 0n },
    ]);
  });

  test("executes a repeated message once, for the block that has it first", async () => {
    const blocks = [
      { miner, winCount: 1, messages: [message(1), message(1)] },
      { miner, winCount: 1, messages: [message(1, 99), message(2)] },
    ];
    const result = await executeTipset(node(), start, tipset({ blocks }));
    expect(result.blocks.map(({ messages, gasReward }) => [messages.length, gasReward])).toEqual([
      [1, 1n],
      [1, 2n],
    ]);
  });

  test("does not repeat a message that failed either", async () => {
    exitCodeOf = ({ to }) => (to === idAddress(101) ? 2 : 0);
    const blocks = [{ miner, winCount: 1, messages: [message(1), message(1)] }];
    const result = await executeTipset(node(), start, tipset({ blocks }));
    expect(result.blocks[0]?.messages).toHaveLength(1);
  });

  test.each([
    ["cron", 3],
    ["reward", 2],
  ])("is invalid if its %s fails, and nothing is flushed", async (name, id) => {
    exitCodeOf = ({ to }) => (to === idAddress(id) ? 16 : 0);
    const blocks = [{ miner, winCount: 1, messages: [] }];
    const failure = executeTipset(node(), start, tipset({ blocks }));
    const details = { epoch: 10, reason: `${name} ends with exit code 16 (USR_ILLEGAL_ARGUMENT)` };
    await expect(failure).rejects.toEqual(new FvmError("INVALID_TIPSET", details));
    expect(log).not.toContain("flush");
    expect(log.at(-1)).toBe("close");
    expect(stored).toEqual([]);
  });
});

describe("null rounds", () => {
  test("have a machine each, with the tipset's base fee and their own timestamps", async () => {
    const result = await executeTipset(node(), start, tipset({ parentEpoch: 7 }));
    expect(log).toEqual([
      `machine 8 at 1240, 7, 80, on ${start}`,
      "call 3",
      "flush",
      "close",
      `machine 9 at 1270, 7, 90, on ${rootOf(8)}`,
      "call 3",
      "flush",
      "close",
      `machine 10 at 1305, 7, 100, on ${rootOf(9)}`,
      "call 3",
      "flush",
      "close",
    ]);
    expect(result.nullRounds).toMatchObject([
      { epoch: 8, stateRoot: rootOf(8) },
      { epoch: 9, stateRoot: rootOf(9) },
    ]);
  });

  test("are none if a tipset is on its parent's epoch", async () => {
    await executeTipset(node(), start, tipset({ parentEpoch: 10 }));
    expect(log.filter((line) => line.startsWith("machine"))).toHaveLength(1);
  });

  test("take a block delay other than 30 seconds", async () => {
    await executeTipset(node({ blockDelay: 4 }), start, tipset({ parentEpoch: 8 }));
    expect(log[0]).toBe(`machine 9 at 1036, 7, 90, on ${start}`);
  });
});

test("migrations follow each epoch from the parent's on", async () => {
  const migrated: string[] = [];
  const migrate = (epoch: number, root: Cid): Cid => {
    migrated.push(`${epoch} ${root}`);
    return epoch === 8 ? EMPTY_ARRAY : root;
  };
  await executeTipset(node({ migrate }), start, tipset({ parentEpoch: 8 }));
  expect(migrated).toEqual([`8 ${start}`, `9 ${rootOf(9)}`]);
  expect(log[0]).toBe(`machine 9 at 1270, 7, 90, on ${EMPTY_ARRAY}`);
});

describe("externs that know who asks", () => {
  const key = [rootOf(77), rootOf(78)];

  test("are made for each machine, null rounds too, with the tipset and the state it starts from", async () => {
    const asked: Asking[] = [];
    const externs = (asking: Asking) => {
      asked.push(asking);
      return noAnswers;
    };
    await executeTipset(node({ externs }), start, tipset({ parentEpoch: 8, key }));
    expect(asked).toEqual([
      { epoch: 9, tipset: key, stateRoot: start },
      { epoch: 10, tipset: key, stateRoot: rootOf(9) },
    ]);
  });

  test("are not told the tipset if it has no key", async () => {
    const externs = vi.fn((_: Asking) => noAnswers);
    await executeMessages(node({ externs }), start, { epoch: 10, timestamp: 1305, baseFee: 7n }, []);
    expect(externs.mock.calls).toEqual([[{ epoch: 10, tipset: undefined, stateRoot: start }]]);
  });

  test.each([
    ["no externs", () => ({}) as Externs],
    [
      "an error",
      () => {
        throw new Error("the index is broken");
      },
    ],
  ])("are a fault of the node if there is %s", async (_, externs) => {
    const failure = executeTipset(node({ externs }), start, tipset());
    await expect(failure).rejects.toThrow(
      expect.toSatisfy(
        (error) => error instanceof HostFault && error.message.includes("externs of epoch 10"),
      ),
    );
  });

  test.each([
    ["text", "bafy"],
    ["CIDs in text form", ["bafy2bzacedswlcz5ddgqnyo3sak3jmhmkxashisnlpq6ujgyhe4mlobzpnhs6"]],
  ])("never see %s as a key", async (_, wrong) => {
    const failure = executeTipset(node(), start, tipset({ key: wrong as never }));
    await expect(failure).rejects.toThrow(/INVALID_TIPSET.*key: /);
  });
});

test("observers see every message and result", async () => {
  const seen: string[] = [];
  await executeTipset(
    node(),
    start,
    tipset({ parentEpoch: 8, blocks: [{ miner, winCount: 1, messages: [message(1)] }] }),
    {
      onMessage: ({ nonce }) => seen.push(`message ${nonce}`),
      onResult: ({ receipt }) => seen.push(`result ${receipt.exitCode}`),
    },
  );
  expect(seen.filter((line) => line.startsWith("message"))).toEqual([
    "message 9",
    "message 1",
    "message 10",
    "message 10",
  ]);
  expect(seen.filter((line) => line === "result 0")).toHaveLength(4);
});
