/** Syscalls of a network of one's own: from an actor in Wasm to the handler and back. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { HostFault, isFvmError } from "../../../src/errors.js";
import { ErrorNumber, SyscallError } from "../../../src/message/outcome.js";
import { deriveNetwork } from "../../../src/vm/network/derive.js";
import {
  type CustomSyscall,
  defineSyscall,
  type SyscallCall,
  type SyscallDefinition,
} from "../../../src/vm/syscalls/custom.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { actorOf, keep, OneActor, type OneActorText, words } from "../../support/one-actor.js";
import { keyAddress, plainMessage } from "../../support/plain-network.js";

const alice = keyAddress(1);
/** Where syscalls put what they answer, and where actors put what they pass. */
const OUT = 0x100;
const IN = 0x200;
const BEYOND = 0x7fff_0000;

const network = (...syscalls: CustomSyscall[]) => deriveNetwork(28, { syscalls });

/** An actor that calls `my.call` with arguments, and returns the error number and what is at `OUT`. */
function caller(types: string, args: string, words = 3): OneActorText {
  const loads = Array.from({ length: words }, (_, n) => keep(n + 1, `(i32.load (i32.const ${OUT + 4 * n}))`));
  return {
    imports: `(import "my" "call" (func $call (param ${types}) (result i32)))`,
    more: `(data (i32.const ${IN}) "some bytes")`,
    body: [keep(0, `(call $call ${args})`), ...loads].join("\n"),
    returns: 4 + 4 * words,
  };
}

const i32 = (value: number) => `(i32.const ${value})`;
const i64 = (value: number | bigint | string) => `(i64.const ${value})`;

describe("arguments and answers", () => {
  test("of all kinds", async () => {
    const actor = await OneActor.of(
      caller("i32 i32 i64 i32 i32", [i32(OUT), i32(-1), i64(-2), i32(IN), i32(10)].join(" ")),
    );
    const seen: unknown[] = [];
    const syscall = defineSyscall({
      name: "my.call",
      params: ["u32", "u64", "bytes"],
      result: "u64",
      handle(_call, small, large, bytes) {
        expectTypeOf(small).toEqualTypeOf<number>();
        expectTypeOf(large).toEqualTypeOf<bigint>();
        expectTypeOf(bytes).toEqualTypeOf<Uint8Array>();
        seen.push(small, large, Buffer.from(bytes).toString());
        return large;
      },
    });
    expect(words(await actor.call(network(syscall)))).toEqual([0, -2, -1, 0]);
    expect(seen).toEqual([0xffff_ffff, 2n ** 64n - 2n, "some bytes"]);
  });

  test("nothing", async () => {
    const actor = await OneActor.of(caller("", ""));
    const syscall = defineSyscall({ name: "my.call", params: [], result: "none", handle: () => undefined });
    expect(words(await actor.call(network(syscall)))).toEqual([0, 0, 0, 0]);
  });

  test.each([
    ["u32", 0xffff_fffe, [0, -2, 0, 0]],
    ["u64", 7, [0, 7, 0, 0]],
    ["u64", 2n ** 64n - 1n, [0, -1, -1, 0]],
    [5, Uint8Array.of(1, 0, 0, 0, 2), [0, 1, 2, 0]],
    [12, Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0), [0, 1, 2, 3]],
  ] as const)("%s: %s", async (result, answer, expected) => {
    const actor = await OneActor.of(caller("i32", i32(OUT)));
    const syscall = defineSyscall({ name: "my.call", params: [], result, handle: () => answer as never });
    expect(words(await actor.call(network(syscall)))).toEqual(expected);
  });

  test("bytes stay the handler's", async () => {
    const kept: Uint8Array[] = [];
    const actor = await OneActor.of(caller("i32 i32", `${i32(IN)} ${i32(10)}`));
    const syscall = defineSyscall({
      ...{ name: "my.call", params: ["bytes"], result: "none" },
      handle: (_, bytes) => void kept.push(bytes),
    });
    const derived = network(syscall);
    await actor.call(derived);
    kept[0]?.fill(0);
    await actor.call(derived);
    expect(kept.map((bytes) => Buffer.from(bytes).toString())).toEqual(["\0".repeat(10), "some bytes"]);
  });

  test("bytes of any length", async () => {
    const length = 200_000;
    const actor = await OneActor.of({ ...caller("i32 i32", `${i32(0)} ${i32(length)}`), pages: 4 });
    let seen = 0;
    const syscall = defineSyscall({
      ...{ name: "my.call", params: ["bytes"], result: "none" },
      handle(_, bytes) {
        seen = bytes.length;
      },
    });
    expect(words(await actor.call(network(syscall)))[0]).toBe(0);
    expect(seen).toBe(length);
  });

  describe("bytes for a buffer of the actor's", () => {
    const answering = (length: number) =>
      defineSyscall({
        ...{ name: "my.call", params: ["u32"], result: "bytes" },
        handle: (_, fill) => new Uint8Array(length).fill(fill),
      });
    /** The length goes before the buffer. */
    const args = (buffer: number, capacity: number) =>
      [i32(OUT), i32(1), i32(buffer), i32(capacity)].join(" ");

    test.each([
      [8, 8, [0, 8, 0x01010101, 0x01010101]],
      [4, 8, [0, 4, 0x01010101, 0]],
      [0, 8, [0, 0, 0, 0]],
      [0, 0, [0, 0, 0, 0]],
      [9, 8, [ErrorNumber.BufferTooSmall, 0, 0, 0]],
    ])("%i bytes for %i", async (length, capacity, expected) => {
      const actor = await OneActor.of(caller("i32 i32 i32 i32", args(OUT + 4, capacity)));
      expect(words(await actor.call(network(answering(length))))).toEqual(expected);
    });

    test("more than the control block holds", async () => {
      const capacity = 3 * 65_536;
      const text = caller("i32 i32 i32 i32", args(65_536, capacity));
      const last = keep(3, `(i32.load (i32.const ${4 * 65_536 - 4}))`);
      const actor = await OneActor.of({ ...text, pages: 4, body: `${text.body}\n${last}` });
      expect(words(await actor.call(network(answering(capacity))))).toEqual([0, capacity, 0, 0x01010101]);
    });

    test.each([
      [65_536 - 4, 5],
      [65_537, 0],
      [BEYOND, 1],
      [0, 0xffff_ffff],
    ])("out of bounds: %i, length %i", async (buffer, capacity) => {
      let asked = 0;
      const syscall = defineSyscall({
        ...{ name: "my.call", params: ["u32"], result: "bytes" },
        handle: () => new Uint8Array(asked++),
      });
      const actor = await OneActor.of(caller("i32 i32 i32 i32", args(buffer, capacity)));
      expect(words(await actor.call(network(syscall)))[0]).toBe(ErrorNumber.IllegalArgument);
      expect(asked).toBe(0);
    });
  });

  test.each([
    ["the result", `${i32(BEYOND)} ${i32(IN)} ${i32(1)}`],
    ["an argument", `${i32(OUT)} ${i32(BEYOND)} ${i32(1)}`],
  ])("a bad pointer to %s does not reach the handler", async (_, args) => {
    let asked = 0;
    const syscall = defineSyscall({
      ...{ name: "my.call", params: ["bytes"], result: "u32" },
      handle: () => ++asked,
    });
    const actor = await OneActor.of(caller("i32 i32 i32", args));
    expect(words(await actor.call(network(syscall)))[0]).toBe(ErrorNumber.IllegalArgument);
    expect(asked).toBe(0);
  });

  test("as many as there may be", async () => {
    const params = Array.from({ length: 8 }, () => "u64" as const);
    const seen: bigint[] = [];
    const handle = (_: SyscallCall, ...args: readonly bigint[]) => void seen.push(...args);
    const actor = await OneActor.of(caller("i64 ".repeat(8), [1, 2, 3, 4, 5, 6, 7, 8].map(i64).join(" ")));
    await actor.call(network(defineSyscall({ name: "my.call", params, result: "none", handle })));
    expect(seen).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  });
});

describe("what the handler knows", () => {
  const noParams = caller("", "");

  test("the call, the epoch and the network", async () => {
    const calls: SyscallCall[] = [];
    const syscall = defineSyscall({
      ...{ name: "my.call", params: [], result: "none" },
      handle: (call) => void calls.push(call),
    });
    const actor = await OneActor.of(noParams);
    await actor.call(network(syscall), { timestamp: 300, chainId: 314 });
    expect(calls).toHaveLength(1);
    expect({ ...calls[0] }).toEqual({
      actor: actor.ids[0],
      caller: 100,
      ...{ method: 2, value: 0n, readOnly: false },
      ...{ epoch: 10, timestamp: 300, chainId: 314, networkVersion: 28 },
    });
    const [call] = calls as [SyscallCall];
    for (const use of [() => call.gasAvailable, () => call.charge("late", 1)]) {
      expect(use).toThrow(expect.objectContaining({ code: "SYSCALL_ANSWERED" }));
    }
  });

  test("whether the call is read-only", async () => {
    const seen: unknown[] = [];
    const syscall = defineSyscall({
      ...{ name: "my.call", params: [], result: "u32" },
      handle: ({ readOnly, actor, caller }) => {
        seen.push({ readOnly, actor, caller });
        if (readOnly) throw new SyscallError(ErrorNumber.ReadOnly, "not now");
        return 1;
      },
    });
    const inner = caller("i32", i32(OUT));
    const sender = (id: number): OneActorText => ({
      imports: '(import "send" "send" (func $send (param i32 i32 i32 i64 i32 i64 i64 i64 i64) (result i32)))',
      more: `(data (i32.const 16) "\\00\\${id.toString(16).padStart(2, "0")}")`,
      body: keep(
        0,
        `(call $send ${i32(OUT)} ${i32(16)} ${i32(2)} ${i64(2)} ${i32(0)} ${i64(0)} ${i64(0)} ${i64(-1)} ${i64(1)})`,
      ),
      returns: 4,
    });
    // Actors come after Alice, who is 100.
    const actors = await OneActor.of(sender(102), inner);
    expect(actors.ids).toEqual([101, 102]);
    expect(words(await actors.call(network(syscall)))).toEqual([0]);
    expect(words(await actors.call(network(syscall), { which: 1 }))[0]).toBe(0);
    expect(seen).toEqual([
      { readOnly: true, actor: 102, caller: 101 },
      { readOnly: false, actor: 102, caller: 100 },
    ]);
  });
});

describe("gas", async () => {
  const actor = await OneActor.of(caller("", ""));
  const charging = (handle: (call: SyscallCall) => void) =>
    network(defineSyscall({ name: "my.call", params: [], result: "none", handle }));
  const free = charging(() => {});
  const used = Number((await actor.call(free)).receipt.gasUsed);

  test("is charged to the unit", async () => {
    const amounts: unknown[] = [];
    const derived = charging((call) => {
      const before = Number(call.gasAvailable);
      call.charge("OnMyCall", 5000);
      call.charge("OnMyCall", 2000n);
      call.charge("OnNothing", 0);
      amounts.push(before - Number(call.gasAvailable));
    });
    expect(Number((await actor.call(derived)).receipt.gasUsed)).toBe(used + 7);
    expect(amounts).toEqual([7000]);
  });

  test("stays charged if the syscall is refused", async () => {
    const derived = charging((call) => {
      call.charge("OnMyCall", 5000);
      throw new SyscallError(ErrorNumber.Forbidden, "no");
    });
    const result = await actor.call(derived);
    expect(words(result)[0]).toBe(ErrorNumber.Forbidden);
    expect(Number(result.receipt.gasUsed)).toBe(used + 5);
  });

  test.each<[string, (charge: () => void) => void]>([
    ["lets it pass", (charge) => charge()],
    [
      "catches it",
      (charge) => {
        try {
          charge();
        } catch {}
      },
    ],
    [
      "throws something else",
      (charge) => {
        try {
          charge();
        } catch {
          throw new Error("too dear");
        }
      },
    ],
  ])("runs out, whether the handler %s", async (_, handle) => {
    const gasLimit = used + 1000;
    const derived = charging((call) => handle(() => call.charge("OnMyCall", 10 ** 9)));
    const { receipt } = await actor.call(derived, { gasLimit });
    expect(receipt).toMatchObject({ exitCode: 7, gasUsed: gasLimit });
  });

  test("is the last there is, and one more", async () => {
    const all = (more: number) => charging((call) => call.charge("all", Number(call.gasAvailable) + more));
    expect((await actor.call(all(1))).receipt.exitCode).toBe(7);
    // Nothing is left for what comes after the syscall.
    expect((await actor.call(all(0))).receipt.exitCode).toBe(7);
  });

  test.each([-1, 0.5, 2n ** 64n, "1", undefined])(
    "an amount of %s is the handler's fault",
    async (amount) => {
      const derived = charging((call) => call.charge("OnMyCall", amount as number));
      const error = await actor.call(derived).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "EXTERN_FAILED", details: { question: "syscall my.call" } });
      expect(isFvmError(error.cause, "INVALID_OPTION")).toBe(true);
    },
  );
});

describe("refusals and faults", async () => {
  const actor = await OneActor.of({
    ...caller("i32", i32(OUT)),
    imports: `(import "my" "call" (func $call (param i32) (result i32)))
      (import "vm" "exit" (func $exit (param i32 i32 i32 i32) (result i32)))`,
    body: `(if (call $call ${i32(OUT)}) (then (drop (call $exit (i32.const 33) (i32.const 0) (i32.const 0) (i32.const 0)))))`,
    returns: 4,
  });
  const throwing = (act: () => unknown) =>
    network(defineSyscall({ name: "my.call", params: [], result: "u32", handle: act as () => number }));

  test("the actor sees the number, and people the text", async () => {
    const derived = throwing(() => {
      throw new SyscallError(ErrorNumber.NotFound, () => "no such thing");
    });
    const { receipt, failure } = await actor.call(derived);
    expect(receipt.exitCode).toBe(33);
    expect(failure).toMatchObject({
      backtrace: {
        cause: { kind: "syscall", module: "my", name: "call", errno: 6, text: "no such thing" },
      },
    });
  });

  const loud = () => {
    throw new Error("text");
  };
  test.each<[string, () => unknown, string | undefined]>([
    [
      "an error",
      () => {
        throw new RangeError("disk on fire");
      },
      undefined,
    ],
    [
      "nothing",
      () => {
        throw undefined;
      },
      undefined,
    ],
    [
      "an error number that does not exist",
      () => {
        throw new SyscallError(99 as 1, "?");
      },
      "99 is no error number",
    ],
    [
      "a refusal without words",
      () => {
        throw new SyscallError(1, loud);
      },
      "its error cannot be looked at",
    ],
    ["no answer", () => undefined, "it answered with undefined instead of u32"],
    ["a negative number", () => -1, "it answered with a Number instead of u32"],
    ["a number that is too large", () => 2 ** 32, "it answered with a Number instead of u32"],
    ["a bigint", () => 1n, "it answered with a BigInt instead of u32"],
    ["a promise", async () => 1, "it answered with a Promise instead of u32"],
    [
      "a promise that fails",
      () => Promise.reject(new Error("late")),
      "it answered with a Promise instead of u32",
    ],
  ])("%s is a fault of the host", async (_, act, reason) => {
    const machine = await actor.machine(throwing(act));
    const message = plainMessage({ from: alice, to: idAddress(actor.ids[0] as number), method: 2 });
    const error = await machine.execute(message).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(HostFault);
    expect(error.code).toBe("EXTERN_FAILED");
    expect(error.details).toEqual({ question: "syscall my.call", ...(reason && { reason }) });
    await expect(machine.execute(message)).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  });

  test.each<[CustomSyscall["result"], unknown]>([
    ["none", 0],
    ["u64", -1],
    ["u64", 2n ** 64n],
    ["u64", 0.5],
    [4, new Uint8Array(3)],
    [4, new Uint8Array(5)],
    [4, "four"],
    ["bytes", "text"],
    ["bytes", [1]],
  ])("an answer of %s cannot be %o", async (result, answer) => {
    const types = result === "none" ? "" : result === "bytes" ? "i32 i32 i32" : "i32";
    const args = Array.from(types.matchAll(/i32/g), (_, n) => i32(n === 2 ? 8 : OUT)).join(" ");
    const asker = await OneActor.of(caller(types, args));
    const syscall = defineSyscall({ name: "my.call", params: [], result, handle: () => answer as never });
    await expect(asker.call(network(syscall))).rejects.toMatchObject({ code: "EXTERN_FAILED" });
  });

  test("a handler cannot use its machine", async () => {
    const message = plainMessage({ from: alice, to: idAddress(actor.ids[0] as number), method: 2 });
    const machine = await actor.machine(throwing(() => machine.executeSync(message)));
    const error = await machine.execute(message).catch((thrown) => thrown);
    expect(isFvmError(error.cause, "MACHINE_BUSY")).toBe(true);
  });
});

describe("without it", async () => {
  const actor = await OneActor.of(caller("i32", i32(OUT)));

  test("an actor that imports it cannot be linked", async () => {
    const { receipt } = await actor.call(28);
    expect(receipt.exitCode).toBe(10);
  });

  test("nor with other types", async () => {
    const syscall = defineSyscall({ name: "my.call", params: ["u64"], result: "u32", handle: () => 1 });
    expect((await actor.call(network(syscall))).receipt.exitCode).toBe(10);
  });
});

test.each([16, 18, 21, 28])("version %i has them", async (version) => {
  const contract = await actorOf({
    imports: '(import "my" "call" (func $call (param i32 i64) (result i32)))',
    body: `(if (call $call ${i32(OUT)} ${i64(6)}) (then (unreachable)))
      (if (i32.ne (i32.load ${i32(OUT)}) ${i32(7)}) (then (unreachable)))`,
  });
  const syscall = defineSyscall({
    ...{ name: "my.call", params: ["u64"], result: "u32" },
    handle: (_, number) => Number(number) + 1,
  });
  const net = await TestNet.create({ version, contracts: { contract } });
  const chain = await TestChain.on(net, { network: deriveNetwork(version, { syscalls: [syscall] }) });
  const { receipt } = await chain.send({ to: net.id("contract"), method: 2 });
  expect(receipt.exitCode).toBe(0);
  chain.close();
});

test("on a machine that lets actors write debug output, too", async () => {
  const actor = await OneActor.of(caller("i32", i32(OUT)));
  const syscall = defineSyscall({ name: "my.call", params: [], result: "u32", handle: () => 7 });
  expect(words(await actor.call(network(syscall), { debug: {} }))).toEqual([0, 7, 0, 0]);
});

describe("a definition is refused", () => {
  const good = { name: "my.call", params: ["u32"], result: "u32", handle: () => 1 };
  test.each<[string, object | undefined, string]>([
    ["none", undefined, "options"],
    ["without a name", { ...good, name: undefined }, "name"],
    ["without a module", { ...good, name: "call" }, "name"],
    ["with three parts", { ...good, name: "my.own.call" }, "name"],
    ["with a space", { ...good, name: "my. call" }, "name"],
    ["with a line end", { ...good, name: "my.call\n" }, "name"],
    ["in the addon's module", { ...good, name: "fvm.suspend" }, "name"],
    ["with parameters of no kind", { ...good, params: ["u32", "cid"] }, "params[1]"],
    ["with an inherited kind", { ...good, params: ["toString"] }, "params[0]"],
    ["with parameters in no list", { ...good, params: "u32" }, "params"],
    ["with too many parameters", { ...good, params: Array(9).fill("u32") }, "params"],
    ["with too many beside a buffer", { ...good, params: Array(7).fill("u32"), result: "bytes" }, "params"],
    ["with no result", { ...good, result: undefined }, "result"],
    ["with a result of no kind", { ...good, result: "address" }, "result"],
    ["with a result of no bytes", { ...good, result: 0 }, "result"],
    ["with a result of too many bytes", { ...good, result: 129 }, "result"],
    ["with a result of half a byte", { ...good, result: 1.5 }, "result"],
    ["without a handler", { ...good, handle: undefined }, "handle"],
    ["with something else", { ...good, lane: "native" }, "lane"],
  ])("%s", (_, definition, option) => {
    const define = () => defineSyscall(definition as unknown as SyscallDefinition<["u32"], "u32">);
    expect(define).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
    expect(define).toThrow(expect.objectContaining({ details: expect.objectContaining({ option }) }));
  });

  test.each([
    ["twice", ["my.call", "my.call"], 1],
    ["a syscall of this version", ["my.call", "send.send"], 1],
    ["a syscall of C++", ["ipld.block_open"], 0],
    ["a syscall for debugging", ["debug.log"], 0],
    ["a syscall of another version", ["vm.context"], 0],
    ["a syscall of another version that C++ could answer", ["vm.abort"], 0],
  ])("a name that is taken: %s", (_, names, index) => {
    const syscalls = names.map((name) => defineSyscall({ name, params: [], result: "u32", handle: () => 1 }));
    expect(() => deriveNetwork(28, { syscalls })).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTION",
        details: { option: `syscalls[${index}].name`, reason: `${names[index]} is taken` },
      }),
    );
  });

  test("of an older version, too", () => {
    const syscall = (name: string) => defineSyscall({ name, params: [], result: "u32", handle: () => 1 });
    for (const name of ["actor.lookup_delegated_address", "gas.available"]) {
      expect(() => deriveNetwork(16, { syscalls: [syscall(name)] })).toThrow("is taken");
    }
  });

  test("what comes on top may not be there already", () => {
    const syscall = (name: string) => defineSyscall({ name, params: [], result: "u32", handle: () => 1 });
    const first = deriveNetwork(28, { syscalls: [syscall("my.first")] });
    const second = deriveNetwork(first, { syscalls: [syscall("my.second")] });
    expect(second.syscalls.syscalls.slice(-2).map(({ name }) => name)).toEqual(["first", "second"]);
    expect(() => deriveNetwork(second, { syscalls: [syscall("my.first")] })).toThrow("my.first is taken");
  });

  test.each([[null], [{ name: "my.call" }], [{ ...good }]])("one that nobody defined: %o", (syscall) => {
    expect(() => deriveNetwork(28, { syscalls: [syscall as unknown as CustomSyscall] })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ option: "syscalls[0]" }) }),
    );
  });
});

test("a definition cannot be changed afterwards, and its handler keeps its object", async () => {
  const params: ("u32" | "u64")[] = [];
  const definition = {
    ...{ name: "my.call", params, result: "u32" as const },
    handle(): number {
      return this.params.length;
    },
  };
  const syscall = defineSyscall(definition);
  params.push("u64");
  expect(Object.isFrozen(syscall) && Object.isFrozen(syscall.params)).toBe(true);
  expect(syscall.params).toEqual([]);
  const actor = await OneActor.of(caller("i32", i32(OUT)));
  expect(words(await actor.call(network(syscall)))).toEqual([0, 1, 0, 0]);
});

test("types", () => {
  const { name } = defineSyscall({
    name: "my.call",
    params: ["bytes", "u64"],
    result: "bytes",
    handle(call, bytes, amount) {
      expectTypeOf(call).toEqualTypeOf<SyscallCall>();
      expectTypeOf(bytes).toEqualTypeOf<Uint8Array>();
      expectTypeOf(amount).toEqualTypeOf<bigint>();
      return bytes;
    },
  });
  expect(name).toBe("my.call");
  // @ts-expect-error: another answer than the definition says
  defineSyscall({ name: "my.call", params: [], result: "u32", handle: () => "text" });
  // @ts-expect-error: a promise is none
  defineSyscall({ name: "my.call", params: [], result: "u32", handle: async () => 1 });
  defineSyscall({ name: "my.call", params: [], result: "none", handle() {} });
});
