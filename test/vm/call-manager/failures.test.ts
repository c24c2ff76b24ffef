import { describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../../src/address/address.js";
import { cidText } from "../../../src/encoding/cid.js";
import { HostFault } from "../../../src/errors.js";
import { native } from "../../../src/native/index.js";
import { backtraceText } from "../../../src/vm/call-manager/backtrace.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { emit, open, send, sendV2, sent } from "./acts.js";
import { failing, ScriptedNetwork } from "./scripted-network.js";
import type { Actor, Ending } from "./scripted-stack.js";

const GAS_LIMIT = 1_000_000_000;

describe("a failing call", () => {
  async function call(version: number, callee: Actor) {
    let answer: unknown;
    const caller: Actor = function* () {
      const act = version < 18 ? sendV2 : send;
      answer = sent(yield act(net.address("callee"), { value: 5 }));
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ version, actors: { caller, callee } });
    const { receipt } = await net.send("caller", { value: 1n });
    expect(receipt.exitCode).toBe(0);
    return { answer, callee: net.actor("callee").balance, caller: net.actor("caller").balance };
  }

  test.each([
    [17, 0],
    [18, 1],
    [28, 1],
  ])("network version %i: gives value back, and data to its caller: %i", async (version, handle) => {
    const result = await call(version, failing(33, Uint8Array.of(1)));
    expect(result).toEqual({ answer: { errno: 0, exit: 33, handle }, callee: 1000n, caller: 1001n });
  });

  test("takes its events with it, and those below", async () => {
    const inner: Actor = function* () {
      yield emit("inner");
      return { exit: 0 };
    };
    const middle: Actor = function* () {
      yield emit("middle");
      yield send(net.address("inner"));
      return { exit: 16 };
    };
    const outer: Actor = function* () {
      yield emit("before");
      yield send(net.address("middle"));
      yield send(net.address("inner"));
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { outer, middle, inner } });
    const { events, receipt } = await net.send("outer");
    expect(events.map(({ emitter, entries }) => [emitter, entries[0]?.key])).toEqual([
      [net.id("outer"), "before"],
      [net.id("inner"), "inner"],
    ]);
    expect(receipt.eventsRoot).toBeDefined();
    const reverted = await net.send("middle");
    expect(reverted).toMatchObject({ events: [], receipt: { eventsRoot: undefined } });
  });

  test.each([
    ["no such actor", idAddress(999), 0, 6],
    ["too little to send", idAddress(99), 5000, 5],
  ])("%s is an error number", async (_, to, value, errno) => {
    let answer: unknown;
    const caller: Actor = function* () {
      answer = (yield send(to, { value, method: 0 })).errno;
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller } });
    await net.send("caller");
    expect(answer).toBe(errno);
  });

  test.each([
    ["read-only with value", { readOnly: true, value: 1 }, 13],
    ["unknown block", { params: 7 }, 7],
  ])("%s is refused", async (_, options, errno) => {
    let answer: unknown;
    const caller: Actor = function* () {
      answer = (yield send(idAddress(99), options)).errno;
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller } });
    await net.send("caller");
    expect(answer).toBe(errno);
  });
});

test("value for oneself must be there, and stays", async () => {
  const errors: number[] = [];
  const contract: Actor = function* () {
    const self = net.address("contract");
    for (const value of [1000, 1001]) errors.push((yield send(self, { method: 0, value })).errno);
    return { exit: 0 };
  };
  const net = await ScriptedNetwork.create({ actors: { contract } });
  await net.send("contract");
  expect(errors).toEqual([0, 5]);
  expect(net.actor("contract").balance).toBe(1000n);
});

describe("a message that cannot be dispatched", () => {
  test.each([
    ["no receiver", { to: idAddress(999) }, 5],
    ["not enough value", { value: 2n * 10n ** 18n }, 6],
    ["negative value", { value: -1n }, 10],
  ])("%s", async (_, fields, exitCode) => {
    const net = await ScriptedNetwork.create({ actors: { contract: failing(0) } });
    const { receipt, failure } = await net.send("contract", fields);
    expect(receipt.exitCode).toBe(exitCode);
    expect(receipt.gasUsed).toBeLessThan(GAS_LIMIT / 100);
    expect(failure).toMatchObject({ backtrace: { cause: { module: "send", name: "send" } } });
  });
});

describe("fatal", () => {
  const fatal: Actor = function* () {
    yield emit("lost");
    return { fatal: "by the protocol" };
  };

  test("takes all gas from any depth, whatever limits there are, and undoes all", async () => {
    const caller: Actor = function* () {
      yield emit("lost, too");
      yield send(net.address("fatal"), { gasLimit: 10_000_000, value: 7 });
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, fatal } });
    const result = await net.send("caller", { value: 3n });
    expect(result.receipt).toMatchObject({ exitCode: 10, gasUsed: GAS_LIMIT, eventsRoot: undefined });
    expect(net.actor("caller").balance).toBe(1000n);
    expect(net.stack.depth).toBe(0);
    expect(text(result)).toMatch(/f0101.*\n.*f0102.*\n.*FATAL.*by the protocol/s);
    // The machine goes on.
    expect((await net.send("alice", { method: 0 })).receipt.exitCode).toBe(0);
  });

  test("code that is no module, of an actor that is called", async () => {
    const caller: Actor = function* () {
      yield send(net.address("broken"));
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, broken: failing(0) } });
    net.stack.actors.delete(net.code("broken"));
    expect((await net.send("caller")).receipt).toMatchObject({ exitCode: 10, gasUsed: GAS_LIMIT });
  });

  test.each([
    ["host-fault", undefined],
    ["receipt", 10],
  ] as const)("a block that the store lacks: %s", async (missingBlocks, exitCode) => {
    const cid = native.cidOf(0x71, Uint8Array.of(1));
    const opener: Actor = function* () {
      yield open(cid);
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { opener }, missingBlocks });
    const result = net.send("opener");
    if (exitCode !== undefined) {
      await expect(result).resolves.toMatchObject({ receipt: { exitCode, gasUsed: GAS_LIMIT } });
    } else {
      await expect(result).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND", details: { cid: cidText(cid) } });
    }
  });

  test("state that makes no sense", async () => {
    const caller: Actor = function* () {
      yield send(`\x01${"?".repeat(20)}` as Address, { method: 0 });
      return { exit: 0 };
    };
    // The init actor breaks its own state: no address can be looked up any more.
    const init: Actor = function* () {
      yield { syscall: "self.set_root", args: [net.code("init")] };
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, init } });
    expect((await net.send(idAddress(1))).receipt.exitCode).toBe(0);
    const { receipt } = await net.send("caller", { from: net.address("alice") });
    expect(receipt).toMatchObject({ exitCode: 10, gasUsed: GAS_LIMIT });
  });

  test("self-destruction that cannot pay for burning the rest", async () => {
    const mortal: Actor = function* () {
      yield { syscall: "self.self_destruct", args: [1] };
      return { exit: 0 };
    };
    const caller: Actor = function* () {
      // Enough for the call, not for the update of the actor's balance.
      yield send(net.address("mortal"), { gasLimit: 700_000 });
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, mortal } });
    expect((await net.send("caller")).receipt).toMatchObject({ exitCode: 10, gasUsed: GAS_LIMIT });
    expect(net.actor("mortal").balance).toBe(1000n);
    const { receipt } = await net.send("mortal");
    expect(receipt.exitCode).toBe(0);
    expect(net.tree.getActor(net.id("mortal"))).toBeUndefined();
  });
});

test("a fault of ours has no receipt", async () => {
  const actors = { broken: (): Ending => ({ hostFault: "no memory" }) };
  const net = await ScriptedNetwork.create({ actors });
  await expect(net.send("broken")).rejects.toBeInstanceOf(HostFault);
});

describe("backtraces", () => {
  const inner: Actor = function* () {
    yield { syscall: "actor.balance_of", args: [999] };
    return { exit: 20 };
  };
  const outer: Actor = function* () {
    const { exit } = sent(yield send(idAddress(102)));
    return { exit };
  };

  test("name the actors and the syscall that began it", async () => {
    const net = await ScriptedNetwork.create({ actors: { outer, inner } });
    const result = await net.send("outer");
    expect(result.receipt.exitCode).toBe(20);
    expect(text(result)?.split("\n")).toEqual([
      "00: f0101 (method 2) -- actor aborted (20)",
      "01: f0102 (method 2) -- actor aborted (20)",
      "--> caused by: actor::balance_of -- actor not found (6: resource not found)",
      "",
    ]);
  });

  test("are forgotten by success", async () => {
    const forgiving: Actor = function* () {
      yield send(idAddress(102));
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { forgiving, inner } });
    expect((await net.send("forgiving")).failure).toBeUndefined();
  });
});

function text({ failure }: ApplyResult): string | undefined {
  return failure?.kind === "backtrace" ? backtraceText(failure.backtrace) : undefined;
}
