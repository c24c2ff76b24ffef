/** Messages of a tipset in the threads of a pool, with the package as users get it (`dist`): nothing comes out otherwise. */
import { encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import type { Crew } from "../../../src/chain/execution/crew.js";
import type { ChainNode } from "../../../src/chain/execution/node.js";
import type { BlockMessage, Tipset, TipsetResult } from "../../../src/chain/execution/tipset.js";
import type { ChainNodeFactory } from "../../../src/chain/pool/tipset-pool.js";
import type * as Package from "../../../src/index.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { encodeMessage, type Message } from "../../../src/message/message.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";

type Fault = "exits" | "lost" | "store" | "stuck" | "slow";

const module = new URL("../fixtures/chain-node.mjs", import.meta.url);

let built: typeof Package;
let net: TestNet;
let data: { readonly blocks: readonly Block[]; readonly network: number };
let messages: Message[];
let expected: { readonly result: TipsetResult; readonly told: unknown[] };
beforeAll(async () => {
  built = await import(new URL("../../../dist/index.js", import.meta.url).href);
  net = await TestNet.create();
  data = { blocks: [...net.store], network: net.version };
  messages = drawn(await TestChain.on(net));
  expected = await execute();
});

/** Calls of several senders, each with its nonces: to contracts of their own and in common, some fail, some pay. */
function drawn(chain: TestChain): Message[] {
  const { alice, bob, carol } = net;
  const forwarded = net.forwardParams({ to: net.address("emitter"), method: 2, params: encode(3) });
  const calls = [
    { to: net.id("emitter"), method: 2, params: encode(5) },
    { to: net.id("token"), method: 2, params: encode([net.id("bob"), 1]) },
    { to: net.id("caller"), method: 2, params: forwarded },
    { to: net.id("mortal"), method: 6 },
    { to: net.id("token"), method: 3, params: encode(net.id("bob")) },
    { to: bob.address, value: 5n },
  ];
  const fees = { gasFeeCap: 200n, gasPremium: 10n, gasLimit: 100_000_000 };
  return Array.from({ length: 16 }, (_, nonce) =>
    [alice, bob, carol].map((from, i) =>
      chain.message({
        ...fees,
        ...(calls[(nonce + 2 * i) % calls.length] as (typeof calls)[0]),
        from,
        nonce,
      }),
    ),
  ).flat();
}

function tipset(change: (message: BlockMessage, i: number) => BlockMessage = (message) => message): Tipset {
  const all = messages
    .map((message) => ({ message, rawLength: encodeMessage(message).length + 69 }))
    .map(change);
  const block = (from: number, to: number) => ({
    miner: idAddress(1000 + from),
    winCount: 1,
    messages: all.slice(from, to),
  });
  const context = { epoch: 101, parentEpoch: 100, timestamp: 5, baseFee: 100n };
  return { ...context, blocks: [block(0, 17), block(17, 18), block(18, all.length)] };
}

/** In this thread, with what was told on the way. */
async function execute(
  options: Package.ExecuteTipsetOptions = {},
  what = tipset(),
  change: Partial<ChainNode> = {},
): Promise<{ result: TipsetResult; told: unknown[] }> {
  const { default: make } = (await import(module.href)) as { default: ChainNodeFactory<typeof data> };
  const node = { ...(await make(data)), ...change };
  const told: unknown[] = [];
  const result = await built.executeTipset(node, net.stateRoot, what, {
    selected: true,
    onMessage: (message) => told.push(message),
    onResult: (one) => told.push(one),
    ...options,
  });
  return { result, told };
}

/** Messages of blocks, and rewards. */
const PLACES = 16 * 3 + 3;

/** @param leastGas of tipsets that it helps with. Default: it helps with all */
async function withPool(
  fault: Fault | undefined,
  use: (pool: Package.TipsetPool) => Promise<void>,
  leastGas = 0,
): Promise<void> {
  const pool = await built.TipsetPool.create(module, {
    workers: 3,
    data: { ...data, ...(fault && { fault }) },
  });
  Object.assign(pool.crew, { leastGas });
  try {
    await use(pool);
  } finally {
    await pool.close();
  }
}

/** Messages that were executed with a crew's help, in whatever way. */
function helped({ turns }: Crew): number {
  return turns.repeated + turns.refused + turns.executed;
}

test("the messages do what they should", () => {
  const codes = expected.result.blocks.flatMap(({ messages: all }) =>
    all.map(({ receipt }) => receipt.exitCode),
  );
  expect(codes).toHaveLength(messages.length);
  expect(new Set(codes)).toEqual(new Set([0, 4, 19]));
});

describe("results, and what is told on the way, are those of one thread", () => {
  test.each([undefined, "lost", "store", "stuck", "slow"] as const)(
    "workers whose fault is: %s",
    async (fault) => {
      await withPool(fault, async (pool) => {
        for (let turn = 1; turn <= 3; turn++) {
          expect(await execute({ pool }), `turn ${turn}`).toEqual(expected);
          expect(helped(pool.crew) % PLACES).toBe(0);
        }
        expect(helped(pool.crew)).toBeGreaterThan(0);
      });
    },
  );

  test("tipsets beside each other, and a pool that is closed", async () => {
    await withPool(undefined, async (pool) => {
      const many = Array.from({ length: 4 }, () => execute({ pool }));
      const other = pool.executeTipset(net.stateRoot, tipset(), { selected: true });
      for (const one of await Promise.all(many)) expect(one).toEqual(expected);
      expect(await other).toEqual(structuredClone(expected.result));
      const last = execute({ pool });
      await pool.close();
      expect(await last).toEqual(expected);
      expect(await execute({ pool })).toEqual(expected);
    });
  });

  test("messages that nobody has signed", async () => {
    const unsigned = tipset((message, i) => ({
      ...message,
      ...(i % 5 === 0 && {
        isUnsigned: true,
        message: { ...message.message, from: idAddress(net.id("caller")) },
      }),
    }));
    const alone = await execute({}, unsigned);
    await withPool(undefined, async (pool) => {
      expect(await execute({ pool }, unsigned)).toEqual(alone);
    });
  });
});

describe("without help are", () => {
  test.each([
    ["tipsets of little gas", {}, {}],
    ["messages that are observed", { observer: () => undefined }, {}],
    ["messages that write debug output", { debug: { log: () => undefined } }, {}],
    ["messages with a state between them", {}, { aroundMessage: async () => undefined }],
  ])("%s", async (name, node, options) => {
    const use = async (pool: Package.TipsetPool) => {
      await execute({ pool, ...options }, tipset(), node as Partial<ChainNode>);
      expect(helped(pool.crew)).toBe(0);
    };
    // More than the calls' gas limits.
    await withPool(undefined, use, name.includes("gas") ? 10 ** 10 : 0);
  });
});

describe("what goes wrong", () => {
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.fail("it did not fail"),
      (error: unknown) => error,
    );

  test("in the caller's functions ends the tipset", async () => {
    await withPool(undefined, async (pool) => {
      const error = new Error("seen enough");
      let left = 20;
      const onResult = () => {
        if (left-- === 0) throw error;
      };
      expect(await failure(execute({ pool, onResult }))).toBe(error);
      expect(await execute({ pool })).toEqual(expected);
    });
  });

  test("in the main thread's store is its fault", async () => {
    const blockstore = {
      get: async (cid: never) => net.store.get(cid),
      putMany: () => Promise.reject(new Error("disk on fire")),
    };
    await withPool(undefined, async (pool) => {
      const error = await failure(execute({ pool }, tipset(), { blockstore }));
      expect(error).toMatchObject({
        name: "HostFault",
        code: "BLOCKSTORE_FAILED",
        details: { operation: "put" },
      });
      expect(await execute({ pool })).toEqual(expected);
    });
  });

  test("endless messages can be aborted, wherever they are executed", async () => {
    const endless = tipset((message, i) => {
      if (i < 4) return message;
      const to = idAddress(net.id("mortal"));
      return {
        ...message,
        message: { ...message.message, to, method: 7, gasLimit: 10 ** 15, gasFeeCap: 0n },
      };
    });
    await withPool(undefined, async (pool) => {
      const signal = AbortSignal.timeout(300);
      expect(await failure(execute({ pool, signal }, endless))).toBe(signal.reason);
      // Its threads are free again.
      expect(await execute({ pool })).toEqual(expected);
    });
  });

  test("a pool that is none", async () => {
    for (const pool of [{}, 1, { crew: {} }] as never[]) {
      expect(await failure(execute({ pool }))).toMatchObject({
        code: "INVALID_OPTION",
        details: { option: "pool", reason: expect.stringContaining("a TipsetPool") },
      });
    }
  });
});
