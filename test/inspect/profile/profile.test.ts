/** Where gas goes: the sum is the gas used, whatever messages do. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { explain } from "../../../src/inspect/explain/index.js";
import { wholeGas } from "../../../src/inspect/profile/amounts.js";
import {
  type GasProfile,
  GasProfiler,
  gasProfile,
  gasStacks,
  nodesOf,
  pprofFile,
  profileJson,
  profileText,
  speedscopeFile,
  spendingBy,
} from "../../../src/inspect/profile/index.js";
import { PROFILE_LIMITS } from "../../../src/inspect/profile/tree.js";
import type { Observation } from "../../../src/vm/trace/observation.js";
import type { CallTrace, MessageTrace } from "../../../src/vm/trace/trace.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";

const DATA = ROOM + 0x1000;
const BIG_LIMIT = 1_000_000_000;

const net = await TestNet.create();

/** Milligas of all nodes. */
function sumOf({ root }: GasProfile): bigint {
  let sum = 0n;
  for (const { node } of nodesOf(root)) {
    for (const { compute, other } of node.charges.values()) sum += compute + other;
  }
  return sum;
}

function expectExact(profile: GasProfile): void {
  expect(sumOf(profile)).toBe(profile.gasUsed * 1000n);
  for (const dimension of ["actor", "method", "category", "charge", "syscall"] as const) {
    const total = spendingBy(profile, dimension).reduce((sum, line) => sum + line.total, 0n);
    expect(total).toBe(profile.gasUsed * 1000n);
  }
  const stacks = gasStacks(profile).reduce((sum, { compute, other }) => sum + compute + other, 0n);
  expect(stacks).toBe(profile.gasUsed);
}

/** A script that sends to another script with a gas limit, of its own or none. */
function nested(limit: bigint): Script {
  const inner = new Script().fill(DATA, 1, 1000).repeat(50).call("crypto.hash", DATA, 0xb220, DATA, 1000, 32);
  return new Script().send(net.address("script"), inner, {
    out: ROOM,
    data: DATA,
    handle: 1,
    gasLimit: limit,
  });
}

async function run(script: Script, gasLimit = BIG_LIMIT) {
  const profiler = new GasProfiler();
  const chain = await TestChain.on(net, { observer: profiler.observer });
  try {
    const to = net.id("script");
    const message = chain.message({ to, method: 2, params: script.bytes(), gasLimit });
    const result = await chain.machine.execute(message, { trace: true });
    return { ...result, profile: profiler.profile() };
  } finally {
    chain.close();
  }
}

describe("the sum is the gas used", () => {
  test("of a message that succeeds, as it is observed and from its trace", async () => {
    const { receipt, profile, trace } = await run(nested(-1n));
    expect(receipt.exitCode).toBe(0);
    expect(profile).toMatchObject({
      messages: 1,
      failed: 0,
      gasUsed: BigInt(receipt.gasUsed),
      beyondLimit: 0n,
    });
    expectExact(profile);
    expect(gasProfile(trace, receipt)).toEqual(profile);
  });

  test("wherever gas runs out", async () => {
    const { receipt } = await run(nested(-1n));
    const all = Number(receipt.gasUsed);
    let beyond = 0;
    for (let limit = 200_000; limit < all; limit += Math.floor(all / 15)) {
      const cut = await run(nested(-1n), limit);
      expect(cut.profile.failed).toBe(1);
      expectExact(cut.profile);
      expect(gasProfile(cut.trace, cut.receipt)).toEqual(cut.profile);
      if (cut.profile.beyondLimit > 0n) beyond++;
    }
    expect(beyond).toBeGreaterThan(10);
  });

  test("where a call runs out of its own gas, and the message goes on", async () => {
    let succeeded = 0;
    for (let limit = 1n; limit < 3_000_000n; limit += 399_999n) {
      const { receipt, profile, trace } = await run(nested(limit));
      expectExact(profile);
      expect(gasProfile(trace, receipt)).toEqual(profile);
      if (receipt.exitCode === 0 && profile.beyondLimit > 0n) succeeded++;
    }
    expect(succeeded).toBeGreaterThan(3);
  });

  test("of messages that cannot begin: nothing", async () => {
    const { profile } = await run(new Script(), 1);
    expect(profile).toMatchObject({ messages: 1, failed: 1, gasUsed: 0n });
    expectExact(profile);
  });

  test("of many messages", async () => {
    const profiler = new GasProfiler();
    const chain = await TestChain.on(net, { observer: profiler.observer });
    let gas = 0n;
    for (let i = 0; i < 20; i++) {
      const { receipt } = await chain.send({ to: net.bob.address, value: BigInt(i) });
      gas += BigInt(receipt.gasUsed);
      const { apply } = await chain.forward({ to: net.address("bob"), value: i });
      gas += BigInt(apply.receipt.gasUsed);
    }
    chain.close();
    const profile = profiler.profile();
    expect(profile).toMatchObject({ messages: 40, failed: 0, gasUsed: gas });
    expectExact(profile);
  });
});

test("a message that comes to no receipt is left out", async () => {
  const seen: Observation[] = [];
  const chain = await TestChain.on(net, { observer: (observation) => void seen.push(observation) });
  await chain.send({ to: net.bob.address, value: 1n });
  chain.close();
  const profiler = new GasProfiler();
  for (const observation of [...seen.slice(0, -2), ...seen]) profiler.observer(observation);
  expect(profiler.profile()).toMatchObject({ messages: 1 });
  expectExact(profiler.profile());
  expect(() => new GasProfiler().lastMessage()).toThrow("no message was profiled");
});

describe("who spent it", () => {
  test("is told by type and method, or by address", async () => {
    const chain = await TestChain.on(net);
    const message = chain.message({ to: net.bob.address, value: 1n });
    const { receipt, trace } = await chain.machine.execute(message, { trace: true });
    chain.close();
    const names = (profile: GasProfile) => spendingBy(profile, "method").map(({ name }) => name);
    expect(names(gasProfile(trace, receipt))).toEqual(["(messages)", "account.Send"]);
    expect(names(gasProfile(trace, receipt, { byAddress: true }))).toEqual([
      "(messages)",
      `account f0${net.id("bob")}.Send`,
    ]);
    expect(spendingBy(gasProfile(trace, receipt), "category")).toMatchObject([
      { name: "message and receipt", count: 1 },
      { name: "actors' state", total: 475_000_000n, compute: 0n, other: 475_000_000n, count: 1 },
      { name: "calls and transfers", total: 6_000_000n, compute: 6_000_000n, other: 0n, count: 1 },
    ]);
  });

  test("as text and JSON", async () => {
    const chain = await TestChain.on(net);
    const message = chain.message({ to: net.bob.address, value: 1n });
    const { receipt, trace } = await chain.machine.execute(message, { trace: true });
    chain.close();
    const profile = gasProfile(trace, receipt);
    expect(profileText(profile)).toMatchInlineSnapshot(`
      "1 message · 1,213,263 gas

      Actors          gas    share  calls
      (messages)  732,263  60.35 %      1
      account     481,000  39.65 %      1

      Methods           gas    share  calls
      (messages)    732,263  60.35 %      1
      account.Send  481,000  39.65 %      1

      What it was spent on      gas    share  charges
      message and receipt   732,263  60.35 %        1
      actors' state         475,000  39.15 %        1
      calls and transfers     6,000   0.49 %        1"
    `);
    expect(profileText(profile, { by: ["charge"], lines: 2 })).toMatchInlineSnapshot(`
      "1 message · 1,213,263 gas

      Charges             gas    share  charges
      OnChainMessage  732,263  60.35 %        1
      (2 others)      481,000  39.65 %        2"
    `);
    const json = profileJson(profile);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json.gasUsed).toBe(receipt.gasUsed);
    expect(json.charges.reduce((sum, { total }) => sum + Number(total), 0)).toBe(Number(json.gasUsed) * 1000);
  });
});

describe("a profile is bounded", () => {
  test("names that actors make up are quoted, cut, and no more than so many", async () => {
    const script = new Script();
    for (const name of ["OnChainMessage", "(rounding up)", "x".repeat(300)]) {
      script.write(DATA, new TextEncoder().encode(name)).call("gas.charge", DATA, name.length, 5n);
    }
    const { profile } = await run(script);
    const names = spendingBy(profile, "charge").map(({ name }) => name);
    expect(names).toContain(`"${"x".repeat(64)}"`);
    expect(names).toContain('"(rounding up)"');
    expectExact(profile);
  });

  test("in names and nodes", () => {
    const calls = Array.from({ length: PROFILE_LIMITS.nodes + 10 }, (_, i) => call({ method: i }));
    const charges = Array.from({ length: PROFILE_LIMITS.names + 10 }, (_, i) => charge(`mine ${i}`));
    const profile = profileOf(call({ steps: [...calls.map(step), ...charges] }), 42_000);
    const nodes = [...nodesOf(profile.root)];
    expect(nodes.length).toBeLessThan(PROFILE_LIMITS.nodes + 20);
    expect(nodes.map(({ node }) => node.actor)).toContain("(calls too deep or too many)");
    const names = spendingBy(profile, "charge").map(({ name }) => name);
    expect(names).toContain("(other names)");
    expect(names.length).toBeLessThan(PROFILE_LIMITS.names + 5);
    expectExact(profile);
  });

  test("in depth", () => {
    let deep = call({});
    for (let i = 0; i < 4000; i++) deep = call({ steps: [charge("OnSyscall"), step(deep)] });
    const profile = profileOf(deep, 8_002);
    expect(Math.max(...[...nodesOf(profile.root)].map(({ path }) => path.length))).toBe(
      PROFILE_LIMITS.depth + 1,
    );
    expect(JSON.stringify(profileJson(profile)).length).toBeLessThan(100_000);
    expectExact(profile);
  });

  const charge = (name: string) => ({ kind: "charge", name, compute: 1_500, other: 500 }) as const;
  const step = (inner: CallTrace) => ({ kind: "call", call: inner }) as const;

  function call(parts: Partial<CallTrace>): CallTrace {
    return {
      from: 100,
      to: idAddress(101),
      method: 2,
      value: 0n,
      params: undefined,
      gasLimit: 1e9,
      readOnly: false,
      callee: {
        id: 101,
        state: {
          code: "x" as never,
          state: "y" as never,
          nonce: 0,
          balance: 0n,
          delegatedAddress: undefined,
        },
        isConstructor: false,
      },
      steps: [charge("OnSyscall")],
      end: { kind: "exit", code: 0, value: undefined },
      ...parts,
    };
  }

  function profileOf(first: CallTrace, gasUsed: number): GasProfile {
    const message = {
      version: 0,
      from: idAddress(100),
      to: idAddress(101),
      nonce: 0,
      value: 0n,
      gasLimit: 1e9,
      gasFeeCap: 0n,
      gasPremium: 0n,
      method: 2,
      params: new Uint8Array(),
    };
    const trace: MessageTrace = { networkVersion: 28, epoch: 1, builtins: [], message, call: first };
    return gasProfile(trace, { exitCode: 0, returnData: new Uint8Array(), gasUsed, eventsRoot: undefined });
  }
});

describe("whole gas of milligas adds up", () => {
  const cases: readonly (readonly [milligas: bigint[], gas: bigint[]])[] = [
    [
      [1500n, 1500n],
      [2n, 1n],
    ],
    [
      [999n, 1n],
      [1n, 0n],
    ],
    [
      [-1n, 1001n],
      [0n, 1n],
    ],
    [
      [-1600n, 200n, 1400n],
      [-1n, 0n, 1n],
    ],
    [[], []],
    [
      [0n, 3000n],
      [0n, 3n],
    ],
  ];
  test.each(cases)("case %#", (milligas, gas) => {
    expect(wholeGas(milligas)).toEqual(gas);
  });
});

describe("what is no profile, trace or option is refused", () => {
  const none = undefined as never;
  const odd = { root: 1, gasUsed: 1n, message: 1 } as never;
  const profile = new GasProfiler().profile();
  const calls: readonly (readonly [option: string, act: () => unknown])[] = [
    ["options", () => new GasProfiler(null as never)],
    ["byAddress", () => new GasProfiler({ byAddress: 1 as never })],
    ["trace", () => gasProfile(none, none)],
    ["trace", () => gasProfile(odd, odd)],
    ["message", () => explain(none)],
    ["trace", () => explain(odd)],
    ["profile", () => spendingBy(odd, "actor")],
    ["dimension", () => spendingBy(profile, "colour" as never)],
    ["profile", () => profileText(none)],
    ["lines", () => profileText(profile, { lines: 0 })],
    ["by", () => profileText(profile, { by: "actor" as never })],
    ["profile", () => profileJson(odd)],
    ["profile", () => gasStacks(new Proxy({}, { get: () => expect.fail() }) as never)],
    ["profile", () => pprofFile(none)],
    ["profiles", () => speedscopeFile(profile as never)],
    ["profile", () => speedscopeFile([{ name: "x", profile: odd }])],
  ];
  test.each(calls)("%s (case %#)", (option, act) => {
    expect(act).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
    expect(act).toThrow(new RegExp(`option: '${option}'`));
  });
});
