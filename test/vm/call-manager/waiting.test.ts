/** With late blocks and answers everything is as if they had been there at once. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import type { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { HostFault } from "../../../src/errors.js";
import { MissingBlock } from "../../../src/ipld/block-access.js";
import { native } from "../../../src/native/index.js";
import { backtraceText } from "../../../src/vm/call-manager/backtrace.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { EMPTY_ARRAY } from "../../../src/vm/state-tree/actor-state.js";
import type { StateTree } from "../../../src/vm/state-tree/state-tree.js";
import type { Observation, Observer } from "../../../src/vm/trace/observation.js";
import { LateBlockstore } from "../../support/blocks.js";
import { balanceOf, emit, open, send } from "./acts.js";
import { type NetworkOptions, ScriptedNetwork, secpAddress } from "./scripted-network.js";
import type { Actor } from "./scripted-stack.js";

/** Two new accounts, one of which does not last, events, reads and blocks. */
function busyActors(net: () => ScriptedNetwork): Record<string, Actor> {
  return {
    outer: function* () {
      yield emit("first");
      yield send(net().address("failing"), { value: 5 });
      yield send(secpAddress(8), { method: 3, value: 2 });
      yield send(idAddress(1));
      yield send(net().address("reader"), { gasLimit: 3_000_000 });
      yield open(EMPTY_ARRAY);
      const next = yield { syscall: "actor.next_actor_address", args: [21] };
      return { exit: 0, data: next.bytes };
    },
    init: function* () {
      for (const id of [500, 501]) {
        yield { syscall: "actor.create_actor", args: [id, net().code("account"), new Uint8Array()] };
      }
      return { exit: 0, data: (yield { syscall: "actor.next_actor_address", args: [21] }).bytes };
    },
    failing: function* () {
      yield send(secpAddress(9), { method: 3, value: 1 });
      yield emit("lost");
      return { exit: 40 };
    },
    reader: function* () {
      yield { syscall: "rand.get_beacon_randomness", args: [90] };
      yield { syscall: "actor.resolve_address", args: [secpAddress(8)] };
      yield balanceOf(999);
      yield emit("last");
      return { exit: 0 };
    },
  };
}

/** Makes the tree's n-th answer late. Counts them. */
function interrupt(tree: StateTree, n: number): { readonly answers: number } {
  const count = { answers: 0 };
  const late = <A extends unknown[], R>(method: (...args: A) => R) => {
    return (...args: A): R => {
      if (count.answers++ === n) throw new MissingBlock(EMPTY_ARRAY, Promise.resolve());
      return method.apply(tree, args);
    };
  };
  tree.getActor = late(tree.getActor);
  tree.setActor = late(tree.setActor);
  tree.resolveAddress = late(tree.resolveAddress);
  tree.registerAddress = late(tree.registerAddress);
  return count;
}

async function run(options: NetworkOptions, interruption = -1): Promise<Outcome> {
  const observations: Observation[] = [];
  const observer: Observer = (observation) => void observations.push(observation);
  const actors = busyActors(() => net);
  const net: ScriptedNetwork = await ScriptedNetwork.create({ ...options, actors, observer });
  const count = interrupt(net.tree, interruption);
  const result = await net.send("outer", {
    value: 10n,
    gasFeeCap: 15n,
    gasPremium: 3n,
    gasLimit: 100_000_000,
  });
  const ids = [1, 2, 99, 100, 101, 102, 103, 104, 105, 106, 500, 501];
  const { answers } = count;
  return { result, state: ids.map((id) => net.tree.getActor(id)), observations, answers };
}

interface Outcome {
  readonly result: ApplyResult;
  readonly state: unknown;
  /** A step that is done again is observed once. */
  readonly observations: readonly Observation[];
  readonly answers: number;
}

const answer = new Uint8Array(32).fill(7);
const prompt = { externs: { getBeaconRandomness: () => answer } };

describe("the same outcome", () => {
  test.each<[string, NetworkOptions]>([
    ["with a late blockstore", { ...prompt, blockstore: (store) => new LateBlockstore(store) }],
    ["with late externs", { externs: { getBeaconRandomness: async () => answer } }],
    [
      "with both",
      {
        blockstore: (store) => new LateBlockstore(store),
        externs: { getBeaconRandomness: async () => answer },
      },
    ],
  ])("%s", async (_, options) => {
    const { answers: _answers, ...expected } = await run(prompt);
    expect(expected.result.receipt.exitCode).toBe(0);
    expect(expected.result.events.map(({ entries }) => entries[0]?.key)).toEqual(["first", "last"]);
    expect(await run(options)).toMatchObject(expected);
  });

  test("wherever the state is late", async () => {
    const { answers, ...expected } = await run(prompt);
    expect(answers).toBeGreaterThan(50);
    for (let n = 0; n < answers; n++) expect(await run(prompt, n)).toMatchObject(expected);
  });

  test("externs are asked once", async () => {
    let questions = 0;
    const getBeaconRandomness = async () => {
      questions++;
      return answer;
    };
    await run({ externs: { getBeaconRandomness } });
    expect(questions).toBe(1);
  });
});

describe("what never comes", () => {
  const cid = native.cidOf(0x71, Uint8Array.of(1));
  const opener: Actor = function* () {
    yield emit("lost");
    yield open(cid);
    return { exit: 0 };
  };
  const late = (store: MemoryBlockstore) => new LateBlockstore(store);

  test("a block: a host fault", async () => {
    const net = await ScriptedNetwork.create({ actors: { opener }, blockstore: late });
    await expect(net.send("opener")).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND" });
  });

  test("a block: a receipt, if asked for", async () => {
    const options = { actors: { opener }, blockstore: late, missingBlocks: "receipt" } as const;
    const net = await ScriptedNetwork.create(options);
    const { receipt, failure, events } = await net.send("opener");
    expect({ receipt, events }).toMatchObject({
      receipt: { exitCode: 10, gasUsed: 1_000_000_000 },
      events: [],
    });
    expect(failure?.kind === "backtrace" && backtraceText(failure.backtrace)).toMatch(
      /missing reachable state: bafy/,
    );
    expect((await net.send("alice", { method: 0 })).receipt.exitCode).toBe(0);
  });

  test("an extern's answer: its failure is a host fault, with the cause", async () => {
    const asker: Actor = function* () {
      yield { syscall: "rand.get_beacon_randomness", args: [90] };
      return { exit: 0 };
    };
    const cause = new Error("node is syncing");
    for (const getBeaconRandomness of [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
    ]) {
      const net = await ScriptedNetwork.create({ actors: { asker }, externs: { getBeaconRandomness } });
      const error = await net.send("asker").catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(HostFault);
      expect(error).toMatchObject({ code: "EXTERN_FAILED", cause });
    }
  });
});

describe("an abandoned message", () => {
  const spinner: Actor = function* () {
    yield emit("lost");
    for (;;) yield "slice";
  };

  test("ends between slices, and leaves nothing", async () => {
    const net = await ScriptedNetwork.create({ actors: { spinner } });
    const before = net.tree.getActor(100);
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 5);
    await expect(net.send("spinner", { value: 1n }, { signal: abort.signal })).rejects.toThrow("enough");
    net.executor.abandon();
    expect(net.stack.depth).toBe(0);
    expect(net.tree.getActor(100)).toEqual(before);
    expect((await net.send("alice", { method: 0 })).receipt.exitCode).toBe(0);
  });

  test("does not hand what it waited for to the next one", async () => {
    let refuse = (): void => undefined;
    const asked: Cid[] = [];
    const cid = native.cidOf(0x71, Uint8Array.of(2));
    const opener: Actor = function* () {
      yield open(cid);
      return { exit: 0 };
    };
    const slow: Actor = function* () {
      for (let i = 0; i < 3; i++) yield "slice" as const;
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({
      actors: { opener, slow },
      blockstore: (store) => ({
        get: (wanted) => {
          if (wanted !== cid) return store.get(wanted);
          asked.push(wanted);
          return new Promise((resolve) => {
            refuse = () => resolve(undefined);
          });
        },
        putMany: (blocks) => store.putMany(blocks),
      }),
    });
    const abort = new AbortController();
    const first = net.send("opener", {}, { signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    net.executor.abandon();
    expect(asked).toEqual([cid]);
    const next = net.send("slow", {}, { signal: new AbortController().signal });
    refuse();
    expect((await next).receipt.exitCode).toBe(0);
  });
});
