/** Observations, and that making them changes nothing. */
import { describe, expect, test } from "vitest";
import { type ActorId, formatAddress, isFvmError } from "../../../src/index.js";
import { ExitCode } from "../../../src/message/outcome.js";
import { Machine, type TracedResult } from "../../../src/vm/machine/machine.js";
import type { Observation, Observer } from "../../../src/vm/trace/observation.js";
import type { CallTrace, TraceStep } from "../../../src/vm/trace/trace.js";
import { LateBlockstore } from "../../support/blocks.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";

const OUT = ROOM;
const DATA = ROOM + 0x1000;
const DAG_CBOR = 0x71;
const BLAKE2B_256 = 0xb220;
const text = (value: string) => new TextEncoder().encode(value);

const net = await TestNet.create();

function watch(): { readonly seen: Observation[]; readonly observer: Observer } {
  const seen: Observation[] = [];
  return { seen, observer: (observation) => void seen.push(observation) };
}

/** A block made and linked, a charge of the actor's own, an event, a call to Bob. */
function busyScript(): Script {
  return new Script()
    .write(DATA, Uint8Array.of(0x81, 0x01))
    .call("ipld.block_create", OUT, DAG_CBOR, DATA, 2)
    .call("ipld.block_link", OUT, 1, BLAKE2B_256, 32, DATA + 16, 100)
    .call("self.set_root", DATA + 16)
    .write(DATA, text("my charge"))
    .call("gas.charge", DATA, 9, 7n)
    .write(DATA, net.address("bob"))
    .call("send.send", OUT, DATA, net.address("bob").length, 0, 0, 0, 5, -1n, 0);
}

async function run(script: Script, options = {}) {
  const chain = await TestChain.on(net, options);
  try {
    const result = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
    return { result, root: await chain.machine.flush() };
  } finally {
    chain.close();
  }
}

const kindsOf = (seen: readonly Observation[]) => [...new Set(seen.map(({ kind }) => kind))].sort();

describe("an observer", () => {
  test("is told all that a message does, in order", async () => {
    const { seen, observer } = watch();
    const { result } = await run(busyScript(), { observer });
    expect(result.receipt.exitCode).toBe(0);
    expect(kindsOf(seen)).toEqual([
      "blockWrite",
      "call",
      "callee",
      "charge",
      "message",
      "receipt",
      "return",
      "stateRead",
      "stateWrite",
    ]);
    expect(seen[0]).toMatchObject({ kind: "message", isExplicit: true, networkVersion: 28, epoch: 100 });
    expect(seen.at(-1)).toEqual({ kind: "receipt", receipt: result.receipt });
    const frame = seen.filter(({ kind }) => kind === "call" || kind === "callee" || kind === "return");
    expect(frame.map(({ kind }) => kind)).toEqual(["call", "callee", "call", "callee", "return", "return"]);
    expect(frame[2]).toMatchObject({ from: net.id("script"), method: 0, value: 5n, readOnly: false });
    expect(frame[4]).toEqual({ kind: "return", end: { kind: "exit", code: 0, value: undefined } });
    const mine = seen.find(
      (observation) => observation.kind === "charge" && observation.name === "my charge",
    );
    expect(mine).toEqual({ kind: "charge", name: "my charge", compute: 7_000, other: 0 });
  });

  test("changes nothing", async () => {
    const plain = await run(busyScript());
    const observed = await run(busyScript(), { observer: watch().observer });
    expect(observed).toEqual(plain);
  });

  test("is told the same if blocks come late", async () => {
    const prompt = watch();
    await run(busyScript(), { observer: prompt.observer });
    const late = watch();
    await run(busyScript(), { observer: late.observer, blockstore: new LateBlockstore(net.store) });
    expect(late.seen).toEqual(prompt.seen);
  });

  test("sees what a failing call did, and how it ended", async () => {
    const { seen, observer } = watch();
    const failing = busyScript().call("vm.exit", 40, 0, 0, 0);
    const { result } = await run(failing, { observer });
    expect(result.receipt.exitCode).toBe(40);
    expect(kindsOf(seen)).toContain("blockWrite");
    expect(seen.at(-2)).toEqual({ kind: "return", end: { kind: "exit", code: 40, value: undefined } });
  });

  test("sees more than C++ keeps at a time, and no endless names", async () => {
    const charges = new Script().fill(DATA, 0x61, 5_000).repeat(300).call("gas.charge", DATA, 5_000, 1n);
    const { seen, observer } = watch();
    const { result } = await run(charges, { observer });
    expect(result).toEqual((await run(charges)).result);
    const named = seen.filter(
      ({ kind, ...rest }) => kind === "charge" && "compute" in rest && rest.compute === 1000,
    );
    expect(named).toHaveLength(300);
    expect(named[0]).toMatchObject({ name: "a".repeat(4_096) });
  });

  test("gets objects of its own: what becomes of them changes nothing", async () => {
    const plain = await run(busyScript());
    const spoil = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if (value instanceof Uint8Array) value.fill(0xee);
      else for (const field of Object.values(value)) spoil(field);
      for (const name of Object.keys(value)) {
        if (!(value instanceof Uint8Array)) Reflect.set(value, name, 7n);
      }
    };
    await run(busyScript(), { observer: spoil });
    expect(await run(busyScript())).toEqual(plain);
    const chain = await TestChain.on(net);
    const message = chain.message({ to: net.id("script"), method: 2, params: busyScript().bytes() });
    spoil((await chain.machine.execute(message, { trace: true })).trace);
    expect(await chain.machine.flush()).toBe(plain.root);
    chain.close();
    expect(await run(busyScript())).toEqual(plain);
  });

  test("sees a message that fails preflight", async () => {
    const { seen, observer } = watch();
    const chain = await TestChain.on(net, { observer });
    const { receipt } = await chain.send({ to: net.id("bob"), nonce: 5 });
    chain.close();
    expect(receipt.exitCode).toBe(ExitCode.SenderStateInvalid);
    expect(seen.map(({ kind }) => kind)).toEqual(["message", "receipt"]);
  });

  test("gets debug output, where actors may write it", async () => {
    const script = new Script().write(DATA, text("hello")).call("debug.log", DATA, 5);
    const logs: [string, ActorId][] = [];
    const { seen, observer } = watch();
    await run(script, {
      observer,
      debug: { log: (line: string, actor: ActorId) => logs.push([line, actor]) },
    });
    expect(seen).toContainEqual({ kind: "log", text: "hello" });
    expect(logs).toEqual([["hello", net.id("script")]]);
  });

  test("that throws is a host fault, with its cause", async () => {
    const cause = new Error("full");
    const observer: Observer = ({ kind }) => {
      if (kind === "callee") throw cause;
    };
    const chain = await TestChain.on(net, { observer });
    const failure = chain.send({ to: net.id("bob"), value: 1n });
    await expect(failure).rejects.toMatchObject({
      code: "EXTERN_FAILED",
      details: { question: "observer" },
      cause,
    });
    await expect(chain.send({ to: net.id("bob") })).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  });

  test("is a function", async () => {
    const failure = await TestChain.on(net, { observer: {} as Observer }).catch((error: unknown) => error);
    expect(isFvmError(failure, "INVALID_OPTION")).toBe(true);
  });
});

describe("a trace", () => {
  const traced = async (chain: TestChain, script: Script): Promise<TracedResult> => {
    const message = chain.message({ to: net.id("script"), method: 2, params: script.bytes() });
    return chain.machine.execute(message, { trace: true });
  };

  test("is a tree of plain data", async () => {
    const chain = await TestChain.on(net);
    const { trace, ...result } = await traced(chain, busyScript());
    chain.close();
    const plain = await run(busyScript());
    expect(result).toEqual(plain.result);
    const { call, networkVersion, epoch, builtins } = trace;
    expect([networkVersion, epoch]).toEqual([28, 100]);
    expect(builtins).toEqual(chain.machine.context.manifest.entries);
    expect(call?.callee?.id).toBe(net.id("script"));
    expect(callsOf(call).map(({ to }) => formatAddress(to))).toEqual([`f0${net.id("bob")}`]);
    expect(structuredClone(trace)).toEqual(trace);
  });

  test("of a message that fails preflight has no call", async () => {
    const chain = await TestChain.on(net);
    const message = chain.message({ to: net.id("bob"), nonce: 9 });
    const { trace } = chain.machine.executeSync(message, { trace: true });
    chain.close();
    expect(trace.call).toBeUndefined();
    expect(trace.message.nonce).toBe(9);
  });

  test("may be had of one message and not of the next", async () => {
    const chain = await TestChain.on(net);
    const script = busyScript();
    const { trace } = await traced(chain, script);
    const fields = { to: net.id("script"), method: 2, params: script.bytes(), nonce: 1 };
    const second = await chain.machine.execute(chain.message(fields));
    const third = chain.machine.executeSync(chain.message({ ...fields, nonce: 2 }), { trace: true });
    const root = await chain.machine.flush();
    chain.close();
    expect("trace" in second).toBe(false);
    expect(third.receipt).toEqual(second.receipt);
    expect(trace.call?.steps.length).toBeGreaterThan(20);
    const plain = await TestChain.on(net);
    for (const nonce of [0, 1, 2]) await plain.machine.execute(plain.message({ ...fields, nonce }));
    expect(await plain.machine.flush()).toBe(root);
    plain.close();
  });

  test("goes with an observer", async () => {
    const { seen, observer } = watch();
    const chain = await TestChain.on(net, { observer });
    const { trace } = await traced(chain, busyScript());
    chain.close();
    const charges = seen.filter(({ kind }) => kind === "charge");
    expect(chargesOf(trace.call)).toEqual(charges);
  });

  test("of a message that is given up leaves the machine as it was", async () => {
    const chain = await TestChain.on(net);
    const forever = new Script().repeat(1_000_000_000).call("gas.available", OUT);
    const fields = { to: net.id("script"), method: 2, params: forever.bytes(), gasLimit: 2 ** 52 };
    const signal = AbortSignal.timeout(50);
    const options = { trace: true, signal } as const;
    await expect(chain.machine.execute(chain.message(fields), options)).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const { receipt } = await chain.send({ to: net.id("bob"), value: 1n });
    expect(receipt.exitCode).toBe(0);
    chain.close();
  });

  test("asks for a flag", async () => {
    const machine = await Machine.create({
      network: net.version,
      stateRoot: net.stateRoot,
      blockstore: net.store,
      epoch: 1,
    });
    const options = { trace: 1 as unknown as true };
    const message = (await TestChain.on(net)).message({ to: net.id("bob") });
    await expect(machine.execute(message, options)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    machine.close();
  });
});

function callsOf(call: CallTrace | undefined): CallTrace[] {
  return (call?.steps ?? []).flatMap((step) => (step.kind === "call" ? [step.call] : []));
}

/** Charges of a call and of its own calls, in order. */
function chargesOf(call: CallTrace | undefined): TraceStep[] {
  return (call?.steps ?? []).flatMap((step) => {
    if (step.kind === "call") return chargesOf(step.call);
    return step.kind === "charge" ? [step] : [];
  });
}
