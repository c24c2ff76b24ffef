/** Simulators on a network whose actors do nothing: messages, senders, overrides of plain actors, bad input. */

import { setImmediate } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { assemble } from "../../actors/build.mjs";
import {
  type Address,
  actorAddress,
  blsAddress,
  delegatedAddress,
  idAddress,
} from "../../src/address/address.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import { type Cid, parseCid } from "../../src/encoding/cid.js";
import { type ErrorCode, FvmError, isFvmError } from "../../src/errors.js";
import type { SimulatedMessage } from "../../src/simulate/message.js";
import type { Overrides } from "../../src/simulate/overrides.js";
import { type SimulationOptions, Simulator, type SimulatorOptions } from "../../src/simulate/simulator.js";
import { Machine } from "../../src/vm/machine/machine.js";
import type { ActorState } from "../../src/vm/state-tree/actor-state.js";
import { keyAddress, type PlainNetwork, plainNetwork } from "../support/plain-network.js";
import { BrittleStore, SlowStore } from "../support/stores.js";

const FIL = 10n ** 18n;
const [alice, bob, carol] = [1, 2, 3].map(keyAddress) as [Address, Address, Address];
const eth = delegatedAddress(10, new Uint8Array(20).fill(5));
const bls = blsAddress(new Uint8Array(48).fill(1));
const ABSENT = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");
const EMPTY_ROOT = parseCid("bafy2bzaceamp42wmmgr2g2ymg46euououzfyck7szknvfacqscohrvaikwfay");

let network: PlainNetwork;
/** An actor that sends no messages: none of the builtin ones, which all have the same code here. */
let contract: Address;
let options: SimulatorOptions;
let simulator: Simulator;
beforeAll(async () => {
  const other = await assemble(
    '(module (memory (export "memory") 1) (func (export "invoke") (param i32) (result i32) (i32.const 0) (drop) (i32.const 0)))',
  );
  network = await plainNetwork([alice, bob], [other]);
  contract = idAddress(network.ids[0] as number);
  options = { network: 28, stateRoot: network.stateRoot, blockstore: network.store, epoch: 1, baseFee: 100n };
  simulator = new Simulator(options);
});

const send = (value: bigint, fields: Partial<SimulatedMessage> = {}): SimulatedMessage => ({
  from: alice,
  to: bob,
  value,
  ...fields,
});

describe("the length on the chain", () => {
  const gasOf = async (fields: Partial<SimulatedMessage>) =>
    Number((await simulator.call(send(1n, fields))).receipt.gasUsed);
  /** Gas for each byte, and the bytes that an f1 address has more than an f0 address of two. */
  const PER_BYTE = 1300;

  test("has a signature, also where the sender is written by ID", async () => {
    using machine = await Machine.create(options);
    const id = await machine.resolveAddress(alice);
    const byId = idAddress(id as number);
    const difference = (await gasOf({ from: alice })) - (await gasOf({ from: byId }));
    expect(difference).toBe((alice.length - byId.length) * PER_BYTE);
    const estimates = [alice, byId].map((from) => simulator.estimateGas(send(1n, { from })));
    const [one, other] = (await Promise.all(estimates)).map(({ gasLimit }) => gasLimit);
    expect((one as number) - (other as number)).toBe(difference);
  });
});

describe("messages", () => {
  test("one: the result of a machine", async () => {
    const fees = { gasFeeCap: 1000n, gasPremium: 10n, gasLimit: 2_000_000 };
    const simulated = await simulator.call(send(5n, fees), { trace: true, changes: true });
    using machine = await Machine.create(options);
    const plain = { version: 0, nonce: 0, method: 0, params: new Uint8Array() };
    const message = { ...plain, ...fees, from: alice, to: bob, value: 5n };
    const { trace, ...result } = await machine.execute(message, { trace: true, changes: true });
    expect(simulated).toEqual({ ...result, trace, message, kind: "explicit" });
  });

  test("what is left out is filled in", async () => {
    const { message, trace, changes } = await simulator.call({ to: bob });
    const from = delegatedAddress(10, new Uint8Array(20));
    expect(message).toEqual({
      ...{ version: 0, from, to: bob, nonce: 0, value: 0n, gasLimit: 10_000_000_000 },
      ...{ gasFeeCap: 0n, gasPremium: 0n, method: 0, params: new Uint8Array() },
    });
    expect([trace, changes]).toEqual([undefined, undefined]);
  });

  test("several: each on what those before have left", async () => {
    const messages = [send(60n * FIL), send(60n * FIL), send(90n * FIL, { from: bob, to: alice })];
    const { results, changes } = await simulator.simulate(messages, { changes: true });
    expect(results.map(({ receipt }) => receipt.exitCode)).toEqual([0, 6, 0]);
    expect(results.map(({ message }) => message.nonce)).toEqual([0, 1, 0]);
    const ofAlice = changes?.actors.get(100);
    expect(ofAlice).toEqual({ kind: "changed", nonce: 2, balance: 30n * FIL });
    expect(results[2]?.changes?.actors.get(100)).toEqual({ kind: "changed", balance: 90n * FIL });
  });

  test("none", async () => {
    expect(await simulator.simulate([])).toEqual({ results: [], changes: undefined });
  });

  test("each simulation begins anew, any number at a time", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => simulator.call(send(BigInt(i) * 10n * FIL))),
    );
    expect(all.map(({ receipt }) => receipt.exitCode)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i <= 10 ? 0 : 6)),
    );
    expect(new Set(all.map(({ message }) => message.nonce))).toEqual(new Set([0]));
  });

  test("nothing is written", async () => {
    const store = new BrittleStore(network.store);
    const watched = new Simulator({ ...options, blockstore: store });
    await watched.simulate([send(1n), send(1n, { to: carol })], { overrides: [[eth, { balance: FIL }]] });
    await watched.estimateGas(send(1n, { to: carol }));
    expect(store.gets).toBeGreaterThan(0);
    expect(store.puts).toBe(0);
  });

  test("on what another machine has not stored yet", async () => {
    using machine = await Machine.create(options);
    const message = { version: 0, nonce: 0, method: 0, params: new Uint8Array(), gasLimit: 10_000_000 };
    await machine.execute({ ...message, from: alice, to: carol, value: FIL, gasFeeCap: 0n, gasPremium: 0n });
    const later = new Simulator({ ...options, changes: [await machine.changes()], blocksOf: [machine] });
    const { receipt, message: executed } = await later.call({ from: carol, to: bob, value: FIL });
    expect([receipt.exitCode, executed.nonce]).toEqual([0, 0]);
    expect((await later.call(send(0n))).message.nonce).toBe(1);
  });

  test("on a slow store, with and without overrides", async () => {
    const slow = new Simulator({
      ...options,
      blockstore: new SlowStore(network.store, () => setImmediate()),
    });
    expect((await slow.call(send(1n))).receipt.exitCode).toBe(0);
    const overrides: Overrides = [
      [alice, { balance: 1000n * FIL }],
      [bls, { balance: 1n, nonce: 3 }],
      [eth, { nonce: 4 }],
    ];
    expect((await slow.call(send(900n * FIL), { overrides })).receipt.exitCode).toBe(0);
  });
});

describe("senders", () => {
  test.each([
    ["f1", carol, 0],
    ["f3", bls, 0],
    ["f410", eth, 0],
  ] as const)("an %s address that nobody has yet", async (_, from, exitCode) => {
    const { receipt, kind } = await simulator.call({ from, to: bob });
    expect([receipt.exitCode, kind]).toEqual([exitCode, "explicit"]);
  });

  test("a new one costs what it would on the chain, and what makes it is no part of the message's changes", async () => {
    const known = await simulator.call({ from: alice, to: bob }, { changes: true });
    const made = await simulator.call({ from: carol, to: bob }, { changes: true });
    expect(made.receipt.gasUsed).toBe(known.receipt.gasUsed);
    expect([...(made.changes?.actors.values() ?? [])]).toEqual([{ kind: "changed", nonce: 1 }]);
  });

  test("an actor that sends no messages: on its behalf, without a nonce of its own", async () => {
    const { results } = await simulator.simulate(
      [
        { from: contract, to: bob },
        { from: contract, to: bob },
      ],
      { changes: true },
    );
    expect(results.map(({ kind, receipt, message }) => [kind, receipt.exitCode, message.nonce])).toEqual([
      ["implicit", 0, 0],
      ["implicit", 0, 1],
    ]);
    expect(results[1]?.changes?.actors.size).toBe(0);
  });

  test.each([
    ["an ID without an actor", idAddress(123456)],
    ["an f2 address that nobody has", actorAddress(Uint8Array.of(1))],
    ["an f4 address of another namespace", delegatedAddress(77, new Uint8Array(3))],
  ])("%s: refused in a line", async (_, from) => {
    await expect(simulator.call({ from, to: bob })).rejects.toThrow(
      /^INVALID_MESSAGE \{ field: 'from', reason: 'there is no actor f/,
    );
  });

  test("a nonce of one's own is checked as on the chain", async () => {
    const { receipt, failure } = await simulator.call(send(1n, { nonce: 5 }));
    expect([receipt.exitCode, failure]).toEqual([
      2,
      { kind: "preflight", text: "Actor sequence invalid: 5 != 0" },
    ]);
  });
});

describe("overrides of plain actors", () => {
  const overridden = async (overrides: Overrides, message: SimulatedMessage = send(0n)) =>
    (await simulator.simulate([message], { overrides, changes: true })).results[0];

  test("balance, up and down", async () => {
    expect((await overridden([[alice, { balance: 500n * FIL }]], send(400n * FIL)))?.receipt.exitCode).toBe(
      0,
    );
    expect((await overridden([[alice, { balance: 5n }]], send(6n)))?.receipt.exitCode).toBe(6);
  });

  test("nonce", async () => {
    expect((await overridden([[alice, { nonce: 41 }]]))?.message.nonce).toBe(41);
  });

  test("by ID or by address: the same actor", async () => {
    expect((await overridden([[idAddress(100), { nonce: 41 }]]))?.message.nonce).toBe(41);
  });

  test.each([
    ["f1", carol],
    ["f3", bls],
    ["f410", eth],
  ])("an actor that there is not, at an %s address, with a nonce", async (_, address) => {
    const result = await overridden([[address, { balance: FIL, nonce: 9 }]], {
      from: address,
      to: bob,
      value: FIL,
    });
    expect([result?.receipt.exitCode, result?.message.nonce, result?.kind]).toEqual([0, 9, "explicit"]);
  });

  test("code and state", async () => {
    using machine = await Machine.create(options);
    const [account, other] = [await machine.getActor(alice), await machine.getActor(contract)];
    const [code, state] = [other?.code, Uint8Array.of(0x80)] as [Cid, Uint8Array];
    expect((await overridden([[alice, { code, state }]]))?.kind).toBe("implicit");
    const asAccount: Overrides = [[contract, { code: (account as ActorState).code }]];
    expect((await overridden(asAccount, { from: contract, to: bob }))?.kind).toBe("explicit");
    const fresh = await overridden([[idAddress(5000), { code: (account as ActorState).code, balance: 7n }]], {
      ...{ from: idAddress(5000), to: bob, value: 7n },
    });
    expect(fresh?.receipt.exitCode).toBe(0);
  });

  test("what is overridden is no change of the messages", async () => {
    const { changes } = await simulator.simulate([], {
      overrides: [[alice, { balance: 1n }]],
      changes: true,
    });
    expect(changes?.actors.size).toBe(0);
  });
});

/** Calls of each method with a message, or with options. */
const methods = {
  call: (message: SimulatedMessage, given: SimulationOptions) => simulator.call(message, given),
  simulate: (message: SimulatedMessage, given: SimulationOptions) => simulator.simulate([message], given),
  estimateGas: (message: SimulatedMessage, given: SimulationOptions) => simulator.estimateGas(message, given),
  estimateGasLikeLotus: (message: SimulatedMessage, given: SimulationOptions) =>
    simulator.estimateGasLikeLotus(message, given),
};

describe.each(Object.entries(methods))("bad input of %s, each in one line", (_, method) => {
  const refused = async (code: ErrorCode, text: RegExp, message: unknown, given: unknown = {}) => {
    const error = await method(message as SimulatedMessage, given as SimulationOptions).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(FvmError);
    expect(isFvmError(error, code)).toBe(true);
    expect((error as Error).message).toMatch(text);
    expect((error as Error).message).not.toContain("\n");
  };

  test.each([
    ["no message", "INVALID_OPTION", /message.*is not an object/, undefined],
    ["no receiver", "INVALID_MESSAGE", /field: 'to'/, {}],
    ["a receiver in text", "INVALID_MESSAGE", /field: 'to'/, { to: "f01" }],
    ["a field that there is not", "INVALID_OPTION", /message\.data/, { to: idAddress(1), data: 1 }],
    ["a value that is no bigint", "INVALID_MESSAGE", /field: 'value'/, { to: idAddress(1), value: 1 }],
    ["no gas", "INVALID_MESSAGE", /field: 'gasLimit'/, { to: idAddress(1), gasLimit: 0 }],
    ["a length that is none", "INVALID_OPTION", /rawLength/, { to: idAddress(1), rawLength: -1 }],
    [
      "parameters of 1 MiB",
      "INVALID_MESSAGE",
      /1 MiB/,
      { to: idAddress(1), params: new Uint8Array(2 ** 20) },
    ],
    ["a length of 1 MiB", "INVALID_MESSAGE", /1048576 bytes/, { to: idAddress(1), rawLength: 2 ** 20 }],
    [
      "a sender without an actor",
      "INVALID_MESSAGE",
      /no actor f0123456/,
      { from: idAddress(123456), to: idAddress(1) },
    ],
  ] as const)("%s", (_, code, text, message) => refused(code, text, message));

  const good = { from: alice, to: bob };
  const key = alice;
  test.each([
    ["an option that there is not", /override'/, { override: [] }],
    ["a block that is none", /block/, { block: 5 }],
    ["an epoch below 0", /epoch/, { block: { epoch: -1 } }],
    ["a field of the block that there is not", /block\.number/, { block: { number: 1 } }],
    ["randomness of 31 bytes", /block\.randomness/, { block: { randomness: new Uint8Array(31) } }],
    ["overrides that are none", /overrides/, { overrides: 5 }],
    [
      "overrides that throw",
      /overrides/,
      {
        overrides: {
          [Symbol.iterator]() {
            throw new Error("no");
          },
        },
      },
    ],
    ["an override that is no pair", /overrides\[0\]/, { overrides: [5] }],
    ["an address in text", /overrides\[0\]/, { overrides: [["f0100", {}]] }],
    [
      "an address twice",
      /it is there twice/,
      {
        overrides: [
          [key, {}],
          [key, {}],
        ],
      },
    ],
    ["an override that is none", /overrides\[f1\w+\]/, { overrides: [[key, 5]] }],
    [
      "a field of the override that there is not",
      /overrides\[f1\w+\]\.stateDiff/,
      { overrides: [[key, { stateDiff: 1 }]] },
    ],
    ["a balance below 0", /\.balance/, { overrides: [[key, { balance: -1n }]] }],
    ["a nonce that is none", /\.nonce/, { overrides: [[key, { nonce: 0.5 }]] }],
    ["code that is no CID", /\.code/, { overrides: [[key, { code: "abc" }]] }],
    ["code that the store lacks", /\.code.*no such block/, { overrides: [[key, { code: EMPTY_ROOT }]] }],
    ["state that the store lacks", /\.state.*no such block/, { overrides: [[key, { state: EMPTY_ROOT }]] }],
    [
      "state that is no CBOR",
      /\.state.*not DAG-CBOR/,
      { overrides: [[key, { state: Uint8Array.of(0xff) }]] },
    ],
    [
      "code and bytecode",
      /exclude each other/,
      { overrides: [[key, { code: ABSENT, bytecode: new Uint8Array() }]] },
    ],
    ["storage and slots", /exclude each other/, { overrides: [[key, { storage: [], slots: [] }]] }],
    ["a slot beyond 256 bits", /\.slots.*2\^256/, { overrides: [[key, { slots: [[2n ** 256n, 1n]] }]] }],
    ["a slot's value that is a number", /\.slots/, { overrides: [[key, { slots: [[1n, 1]] }]] }],
    ["bytecode above 1 MiB", /\.bytecode/, { overrides: [[key, { bytecode: new Uint8Array(2 ** 20 + 1) }]] }],
    [
      "a contract where there are none",
      /has no contracts/,
      { overrides: [[eth, { bytecode: new Uint8Array(1) }]] },
    ],
  ] as const)("%s", (_, text, given) => refused("INVALID_OPTION", text, good, given));
});

describe("a simulator", () => {
  test("of a state root that the store lacks: a line", async () => {
    const lost = new Simulator({ ...options, stateRoot: EMPTY_ROOT });
    for (const trying of [lost.call(send(1n)), lost.estimateGas(send(1n)), lost.simulate([])]) {
      await expect(trying).rejects.toSatisfy((error) => isFvmError(error, "INVALID_STATE"));
    }
    await expect(lost.call(send(1n))).rejects.toThrow(/the store lacks the state root/);
  });

  test("of bad options: refused when it is made", () => {
    expect(() => new Simulator({ ...options, epoch: -1 })).toThrow(/epoch/);
    expect(() => new Simulator({ ...options, network: 99 })).toThrow(/UNKNOWN_NETWORK_VERSION/);
    expect(() => new Simulator(undefined as never)).toThrow(/INVALID_OPTION/);
  });

  test("of a network version without f4 addresses names its sender", async () => {
    const old = new Simulator({ ...options, network: 17 });
    await expect(old.call({ to: bob })).rejects.toThrow(/field: 'from'/);
  });

  test("that is given up by a timer, though nothing has to be waited for", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 5);
    const { signal } = controller;
    const messages = Array.from({ length: 100_000 }, () => send(1n));
    await expect(simulator.simulate(messages, { signal })).rejects.toBe(reason);
  });

  test("that is given up, before and meanwhile", async () => {
    const reason = new Error("enough");
    const aborted = AbortSignal.abort(reason);
    await expect(simulator.call(send(1n), { signal: aborted })).rejects.toBe(reason);
    await expect(simulator.estimateGas(send(1n), { signal: aborted })).rejects.toBe(reason);
    const controller = new AbortController();
    const store = new SlowStore(network.store, async (answer) => {
      if (answer === 3) controller.abort(reason);
      await setImmediate();
    });
    const blockCache = BlockCache.create(2 ** 20);
    const slow = new Simulator({ ...options, blockstore: store, blockCache });
    await expect(slow.simulate([send(1n)], { signal: controller.signal })).rejects.toBe(reason);
    expect((await slow.call(send(1n))).receipt.exitCode).toBe(0);
  });
});
