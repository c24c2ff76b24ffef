/**
 * Why messages fail, in the words of the reference. All texts here were compared with those of the crate `fvm`
 * 4.8.4; those of syscalls are in `syscalls/*.cases.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assemble } from "../../../actors/build.mjs";
import { formatAddress } from "../../../src/address/text.js";
import { cidFromBytes, cidText } from "../../../src/encoding/cid.js";
import { backtraceText } from "../../../src/vm/call-manager/backtrace.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { TestChain, type TestMessage } from "../../support/chain.js";
import { hostileModules, invoke, memory } from "../../support/hostile.js";
import { secpKey } from "../../support/keys.js";
import { addressOf, TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";

const GAS_LIMIT = 1_000_000_000;
const ABORTED = 33;
const TRAP = "wasm trap:";
const NOT_INSTANTIATED = "failed to instantiate module:";
const NOT_LINKED = "failed to link actor module:";
const NOT_VALID = "failed to validate actor wasm:";
const NOT_CALLABLE = "failed to convert function `invoke` to given type: type mismatch with";
const POOL = "does not fit in pooling allocator requirements:";

/** Hostile modules, and what their frame says if they end by an exit code, or else why they are fatal. */
const hostileTexts: Readonly<Record<string, string>> = {
  unreachable: `${TRAP} wasm \`unreachable\` instruction executed`,
  "i32 division by zero": `${TRAP} integer divide by zero`,
  "i64 remainder by zero": `${TRAP} integer divide by zero`,
  "signed division overflow": `${TRAP} integer overflow`,
  "truncation of NaN": `${TRAP} invalid conversion to integer`,
  "truncation out of range": `${TRAP} integer overflow`,
  "load beyond memory": `${TRAP} out of bounds memory access`,
  "load at the largest address and offset": `${TRAP} out of bounds memory access`,
  "store beyond memory": `${TRAP} out of bounds memory access`,
  "memory.fill beyond memory": `${TRAP} out of bounds memory access`,
  "memory.copy beyond memory": `${TRAP} out of bounds memory access`,
  "memory.init beyond the segment": `${TRAP} out of bounds memory access`,
  "table.get beyond the table": `${TRAP} undefined element: out of bounds table access`,
  "indirect call of a null": `${TRAP} uninitialized element`,
  "indirect call beyond the table": `${TRAP} undefined element: out of bounds table access`,
  "indirect call with another type": `${TRAP} indirect call type mismatch`,
  // The stack limiter's own.
  "recursion without end": `${TRAP} wasm \`unreachable\` instruction executed`,
  "recursion with large frames": `${TRAP} call stack exhausted`,
  "trap in the start function": `${NOT_INSTANTIATED} ${TRAP} wasm \`unreachable\` instruction executed`,
  "endless start function": "out of gas",
  "data segment beyond memory": `${NOT_INSTANTIATED} ${TRAP} out of bounds memory access`,
  "element segment beyond the table": `${NOT_INSTANTIATED} ${TRAP} undefined element: out of bounds table access`,
  // The reference crashes on other results.
  "invoke returns nothing": "expected 0 results, got 1",
  "invoke takes nothing": "expected 0 arguments, got 1",
  "invoke takes two": "expected 2 arguments, got 1",
  "invoke takes i64": "argument type mismatch: type mismatch: expected i64, found i32",
  "memory is not exported": "actor has no memory export",
  "memory is a function": "actor has no memory export",
  "unknown import": `${NOT_LINKED} unknown import: \`vm::reboot\` has not been defined`,
  "unknown module": `${NOT_LINKED} unknown import: \`wasi_snapshot_preview1::fd_write\` has not been defined`,
  "import of a syscall with another type": `${NOT_LINKED} incompatible import type for \`vm::exit\`: types incompatible: expected type \`(func (param i64) (result i32))\`, found type \`(func (param i32 i32 i32 i32) (result i32))\``,
  "imported memory": `${NOT_LINKED} unknown import: \`env::memory\` has not been defined`,
  // These two names are the module's own.
  "import of a syscall in the form that brings the gas counter": `${NOT_LINKED} unknown import: \`fvm:gas::available\` has not been defined`,
  "import of what the host asks with": `${NOT_LINKED} unknown import: \`fvm::suspend\` has not been defined`,
  "own gas counter": "injecting gas counter failed",
  "endless loop": "out of gas",
  "recursion that doubles, without a loop": "out of gas",
  "endless loop of memory.grow": "out of gas",
  "initial memory over the limit": `module memory ${POOL} memory index 0 is unsupported in this pooling allocator configuration: memory has a minimum byte size of 536936448 which exceeds the limit of 0x20000000 bytes`,
  "table over the limit": `module table ${POOL} table index 0 has a minimum element size of 20001 which exceeds the limit of 20000`,
  "two tables": `module table ${POOL} defined tables count of 2 exceeds the per-instance limit of 1`,
  "50,001 locals": `${NOT_VALID} too many locals: locals exceed maximum (at offset 0x37)`,
  SIMD: `${NOT_VALID} SIMD support is not enabled (at offset 0x37)`,
  atomics: `${NOT_VALID} threads support is not enabled (at offset 0x35)`,
  "tail call": `${NOT_VALID} tail calls support is not enabled (at offset 0x3f)`,
  "type error": `${NOT_VALID} type mismatch: expected i32, found i64 (at offset 0x39)`,
  "negative constant for memory.grow": "injecting gas counter failed",
  nothing: `${NOT_VALID} unexpected end-of-file (at offset 0x0)`,
  "header only": "no function section",
};

/** A module that calls vm.exit: its code, block, and where the text is, which begins at 16. */
const exits = (code: number, block: number, offset: number, length: number, text = ""): string =>
  `(module (import "vm" "exit" (func $exit (param i32 i32 i32 i32) (result i32)))
     ${memory} (data (i32.const 16) "${text}")
     (func (export "invoke") (param i32) (result i32)
       (call $exit ${[code, block, offset, length].map((value) => `(i32.const ${value})`).join(" ")})))`;

const imports = (...fields: string[]): string =>
  `(module ${fields.map((field) => `(import ${field})`).join(" ")} ${memory} ${invoke})`;

const NO_BLOCK = "error getting exit data block (11)";
/** By name: text of the module, and what the frames and the cause are. */
const modules: Readonly<Record<string, readonly [wat: string, frame: string, fatal?: string]>> = {
  "exit without a text": [exits(40, 0, 0, 0), "actor aborted (40)"],
  "exit with a text": [exits(40, 0, 16, 5, "hello"), "hello (40)"],
  "exit with a code of the system": [exits(5, 0, 16, 5, "hello"), "actor aborted with code 5 (9)"],
  "exit with a text beyond memory": [
    exits(40, 0, -9, 8),
    "failed to extract error message: syscall error: buffer 4294967287 (length 8) out of bounds (exit_code=IllegalArgument) (40)",
  ],
  "exit with an unknown block": [exits(40, 9, 16, 5, "hello"), NO_BLOCK, "invalid block handle 9"],
  "exit with a code of the system and an unknown block": [
    exits(3, 9, 16, 5, "hello"),
    NO_BLOCK,
    "invalid block handle 9",
  ],
  "success with an unknown block": [exits(0, 9, 16, 5, "hello"), NO_BLOCK, "invalid block handle 9"],
  "exit with 1024 bytes": [exits(40, 0, 16, 1024, "a".repeat(1024)), `${"a".repeat(1024)} (40)`],
  "exit with 1025 bytes": [
    exits(40, 0, 16, 1025, `${"a".repeat(512)}X${"b".repeat(512)}`),
    `${"a".repeat(512)} ... (skipped 1 bytes) ... ${"b".repeat(512)} (40)`,
  ],
  "exit with a text that is cut inside characters": [
    exits(40, 0, 16, 1302, `x${"\\c3\\a9".repeat(650)}y`),
    `x${"é".repeat(255)}\ufffd ... (skipped 278 bytes) ... \ufffd${"é".repeat(255)}y (40)`,
  ],
  "exit with bytes that are not UTF-8": [
    exits(40, 0, 16, 20, "a\\ffb\\e2\\82A\\f0\\9f\\98\\ed\\a0\\80\\c0\\80\\f4\\90\\80\\80\\00\\e2"),
    `a\ufffdb\ufffdA\ufffd${"\ufffd".repeat(9)}\0\ufffd (40)`,
  ],
  "exit with a byte order mark": [exits(40, 0, 16, 5, "\\ef\\bb\\bfab"), "\ufeffab (40)"],
  "a memory fault in the start function": [
    `(module ${memory} ${invoke} (func $s (drop (i32.load (i32.const 65536)))) (start $s))`,
    `${NOT_INSTANTIATED} memory fault at wasm address 0x10000 in linear memory of size 0x10000 (4)`,
  ],
  "a syscall without its result": [
    imports('"ipld" "block_stat" (func (param i32 i32))'),
    "fatal error (10)",
    `${NOT_LINKED} incompatible import type for \`ipld::block_stat\`: types incompatible: expected type \`(func (param i32 i32))\`, found type \`(func (param i32 i32) (result i32))\``,
  ],
  "a syscall and nothing": [
    imports('"ipld" "block_stat" (func (param i32) (result i32))', '"ipld" "nothing" (func (result i32))'),
    "fatal error (10)",
    `${NOT_LINKED} unknown import: \`ipld::nothing\` has not been defined`,
  ],
  "a syscall as a table": [
    imports('"ipld" "block_stat" (table 1 funcref)'),
    "fatal error (10)",
    `${NOT_LINKED} incompatible import type for \`ipld::block_stat\`: expected table, but found function`,
  ],
  big: [`(module (memory (export "memory") 8192) ${invoke})`, ""],
  table: [`(module (table (export "table") 20000 funcref) ${memory} ${invoke})`, ""],
};

let net: TestNet;
let chain: TestChain;

beforeAll(async () => {
  const hostile = hostileModules.map(async ({ name, wasm }) => [name, await wasm()] as const);
  const own = Object.entries(modules).map(async ([name, [wat]]) => [name, await assemble(wat)] as const);
  net = await TestNet.create({ contracts: Object.fromEntries(await Promise.all([...hostile, ...own])) });
  chain = await TestChain.on(net);
});
afterAll(() => chain.close());

function textOf({ failure }: ApplyResult): string | undefined {
  return failure?.kind === "backtrace" ? backtraceText(failure.backtrace) : failure?.text;
}

/** Lines of the backtrace; the fatal cause names the message. */
function lines(frames: readonly string[], to: number, nonce: number, fatal?: string): string {
  const from = formatAddress(addressOf(net.alice.address));
  const message = `[from=${from}, to=f0${to}, seq=${nonce}, m=2, h=100]`;
  const cause = fatal === undefined ? [] : [`--> caused by: [FATAL] Error: ${message}: ${fatal}`];
  return [...frames.map((frame, i) => `0${i}: ${frame}`), ...cause, ""].join("\n");
}

async function send(fields: TestMessage) {
  const { nonce } = chain.message(fields);
  return { text: textOf(await chain.send({ gasLimit: GAS_LIMIT, ...fields })), nonce: Number(nonce) };
}

describe("hostile modules", () => {
  const known = hostileModules.filter(({ name }) => name in hostileTexts);

  test("all texts are of modules that exist", () => {
    expect(known.map(({ name }) => name)).toEqual(Object.keys(hostileTexts));
  });

  test.each(known)("$name", async ({ name, exit }) => {
    const why = hostileTexts[name] as string;
    const id = net.id(name);
    const frame = exit === "fatal" ? "fatal error (10)" : `${why} (${exit})`;
    const fatal = exit === "fatal" ? why : undefined;
    const top = await send({ to: id, method: 2 });
    expect(top.text).toBe(lines([`f0${id} (method 2) -- ${frame}`], id, top.nonce, fatal));
    if (fatal === undefined) return;
    const caller = net.id("caller");
    const params = net.forwardParams({ to: net.address(name), method: 2 });
    const nested = await send({ to: caller, method: 2, params });
    const frames = [`f0${caller} (method 2) -- fatal error (10)`, `f0${id} (method 2) -- ${frame}`];
    expect(nested.text).toBe(lines(frames, caller, nested.nonce, fatal));
  });

  test("no text has a name that only we use", async () => {
    for (const { name } of hostileModules) {
      if (/^import of (a syscall in|what)/.test(name)) continue;
      expect((await send({ to: net.id(name), method: 2 })).text ?? "").not.toMatch(/fvm[:.]|may_grow|refill/);
    }
  });

  test.each(["no invoke", "invoke is a global"])("%s", async (name) => {
    const id = net.id(name);
    const { text, nonce } = await send({ to: id, method: 2 });
    const code = cidText(cidFromBytes(net.code(name)));
    expect(text).toBe(lines([`f0${id} (method 2) -- cannot upgrade to ${code} (5)`], id, nonce));
  });
});

describe("own modules", () => {
  const ending = Object.entries(modules).filter(([, [, frame]]) => frame !== "");
  test.each(ending)("%s", async (name, [, frame, fatal]) => {
    const id = net.id(name);
    const { text, nonce } = await send({ to: id, method: 2 });
    expect(text).toBe(lines([`f0${id} (method 2) -- ${frame}`], id, nonce, fatal));
  });

  test.each([
    ["big", 25_000, "memory minimum size of 8192 pages exceeds memory limits"],
    ["table", 32_762, "table minimum size of 20000 elements exceeds table limits"],
    ["table", 32_764, "memory minimum size of 1 pages exceeds memory limits"],
  ])("%s does not fit beside %i pages", async (name, pages, why) => {
    const script = new Script()
      .grow(pages)
      .send(net.address(name), new Script(), { out: ROOM, data: ROOM + 0x1000, handle: 2 })
      .call("vm.exit", ABORTED, 0, 0, 0);
    const { text } = await send({ to: net.id("script"), method: 2, params: script.bytes() });
    expect(text).toBe(
      lines(
        [
          `f0${net.id("script")} (method 2) -- actor aborted (33)`,
          `f0${net.id(name)} (method 2) -- ${NOT_INSTANTIATED} ${why} (4)`,
        ],
        0,
        0,
      ),
    );
  });
});

describe("which frames there are", () => {
  const frame = (text: string) => `f0${net.id("script")} (method 2) -- ${text}`;
  const abort = (script: Script) => script.call("vm.exit", ABORTED, 0, 0, 0);
  const mistake = () => new Script().call("ipld.block_stat", ROOM, 9);
  const call = (script: Script, other: Script, to = "script") =>
    script.send(net.address(to), other, { out: ROOM, data: ROOM + 0x1000, handle: 2 });
  const run = async (script: Script, gasLimit = GAS_LIMIT) =>
    await send({ to: net.id("script"), method: 2, params: script.bytes(), gasLimit });
  const CAUSE = "--> caused by: ipld::block_stat -- invalid block handle 9 (7: invalid ipld block handle)\n";

  test("the last syscall, if it failed, is the cause", async () => {
    expect((await run(abort(mistake()))).text).toBe(`00: ${frame("actor aborted (33)")}\n${CAUSE}`);
    const forgotten = abort(mistake().call("gas.available", ROOM));
    expect((await run(forgotten)).text).toBe(`00: ${frame("actor aborted (33)")}\n`);
  });

  test("frames of calls that failed before remain", async () => {
    const script = abort(
      call(new Script(), abort(mistake())).send(net.address("script"), abort(new Script()), {
        out: ROOM,
        data: ROOM + 0x1000,
        handle: 3,
      }),
    );
    const aborted = frame("actor aborted (33)");
    expect((await run(script)).text).toBe(`00: ${aborted}\n01: ${aborted}\n02: ${aborted}\n${CAUSE}`);
  });

  test("an earlier error of a caller makes what is below forgotten", async () => {
    const script = call(mistake(), mistake(), "exit with an unknown block");
    const { text, nonce } = await run(script);
    const inner = `f0${net.id("exit with an unknown block")} (method 2) -- ${NO_BLOCK}`;
    expect(text).toBe(
      lines([frame("fatal error (10)"), inner], net.id("script"), nonce, "invalid block handle 9"),
    );
  });

  test("gas that a result costs is no actor's", async () => {
    const script = new Script().read(ROOM, 60_000);
    expect((await run(script, 1_500_000)).text).toBe(`00: ${frame("out of gas (7)")}\n`);
    expect((await run(script, 2_000_000)).text).toBeUndefined();
  });

  test("a block that does not exist is returned", async () => {
    const id = net.id("mortal");
    const { text } = await send({ to: id, method: 4 });
    expect(text).toBe(`00: f0${id} (method 4) -- returned block does not exist (11)\n`);
  });

  test("out of gas goes through callers", async () => {
    const params = net.forwardParams({ to: net.address("mortal"), method: 7 });
    const { text } = await send({ to: net.id("caller"), method: 2, params, gasLimit: 50_000_000 });
    expect(text).toBe(
      `00: f0${net.id("caller")} (method 2) -- out of gas (7)\n01: f0${net.id("mortal")} (method 7) -- out of gas (7)\n`,
    );
  });

  test.each([
    ["self.set_root", "cannot update the state-root while read-only"],
    ["self.self_destruct", "cannot self-destruct when read-only"],
    ["event.emit_event", "cannot emit events while read-only"],
    ["send.send", "cannot transfer value when read-only"],
  ])("%s while read-only", async (syscall, why) => {
    const calls: Readonly<Record<string, Script>> = {
      "self.set_root": new Script().call("self.root", ROOM, ROOM + 8, 100).call("self.set_root", ROOM + 8),
      "self.self_destruct": new Script().call("self.self_destruct", 1),
      "event.emit_event": new Script().call("event.emit_event", ROOM, 0, ROOM, 0, ROOM, 0),
      "send.send": new Script()
        .write(ROOM, Uint8Array.of(0, 100))
        .call("send.send", ROOM + 8, ROOM, 2, 0, 0, 0, 1, -1n, 0),
    };
    const script = abort(
      new Script().send(net.address("script"), abort(calls[syscall] as Script), {
        out: ROOM,
        data: ROOM + 0x1000,
        handle: 2,
        flags: 1,
      }),
    );
    const aborted = frame("actor aborted (33)");
    const cause = `${syscall.replace(".", "::")} -- ${why} (13: execution context is read-only)`;
    expect((await run(script)).text).toBe(`00: ${aborted}\n01: ${aborted}\n--> caused by: ${cause}\n`);
  });
});

describe("messages that cannot be dispatched", () => {
  test.each<[string, (net: TestNet) => TestMessage, string]>([
    [
      "no such actor",
      () => ({ to: 999_999, method: 2 }),
      "actor does not exist: 999999 (6: resource not found)",
    ],
    [
      "no such f2 address",
      () => ({ to: Uint8Array.of(2, ...new Uint8Array(20)) }),
      "actor does not exist or cannot be created: f2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaal3wehri (6: resource not found)",
    ],
    [
      "the BLS point at infinity",
      () => ({ to: Uint8Array.of(3, 0xc0, ...new Uint8Array(47)) }),
      "cannot create the bls zero address actor (1: illegal argument)",
    ],
    [
      "too much",
      ({ bob }) => ({ to: bob.address, value: 10n ** 30n + 5n }),
      "sender does not have funds to transfer (balance 1000.0, transfer 1000000000000.000000000000000005) (5: insufficient funds)",
    ],
    [
      "a negative value",
      ({ bob }) => ({ to: bob.address, value: -1n }),
      "attempted to transfer negative transfer value -0.000000000000000001 (1: illegal argument)",
    ],
  ])("%s", async (_, fields, why) => {
    expect((await send(fields(net))).text).toBe(`--> caused by: send::send -- ${why}\n`);
  });
});

describe("messages that fail preflight", () => {
  test.each<[string, (net: TestNet) => TestMessage, string | RegExp]>([
    ["too little gas", ({ bob }) => ({ to: bob.address, gasLimit: 1 }), /^Out of gas \(\d+ > 1\)$/],
    [
      "a wrong nonce",
      ({ bob }) => ({ to: bob.address, nonce: 9999 }),
      /^Actor sequence invalid: 9999 != \d+$/,
    ],
    [
      "gas that is too dear",
      ({ bob }) => ({ to: bob.address, gasFeeCap: 10n ** 18n }),
      "Actor balance less than needed: 1000.0 < 1000000000.0",
    ],
    [
      "an unknown sender",
      ({ bob }) => ({ to: bob.address, from: { name: "nobody", address: secpKey(99).address } }),
      "Sender invalid",
    ],
    [
      "a contract",
      (net) => ({ to: net.bob.address, from: { name: "contract", address: net.address("script") } }),
      "Send not from valid sender",
    ],
  ])("%s", async (_, fields, why) => {
    const { text } = await send(fields(net));
    if (typeof why === "string") expect(text).toBe(why);
    else expect(text).toMatch(why);
  });
});

test("network version 18 looks for a function of the right type", async () => {
  const texts: Readonly<Record<string, string>> = {
    "no invoke": "failed to find function export `invoke`",
    "invoke returns nothing": `${NOT_CALLABLE} results: expected 1 types, found 0`,
    "invoke takes nothing": `${NOT_CALLABLE} parameters: expected 1 types, found 0`,
    "invoke takes two": `${NOT_CALLABLE} parameters: expected 1 types, found 2`,
    "invoke takes i64": `${NOT_CALLABLE} parameters: type mismatch: expected i64, found i32`,
  };
  const code = hostileModules.filter(({ name }) => name in texts);
  const contracts = await Promise.all(code.map(async ({ name, wasm }) => [name, await wasm()] as const));
  const older = await TestNet.create({ version: 18, contracts: Object.fromEntries(contracts) });
  const olderChain = await TestChain.on(older);
  const found: Record<string, string | undefined> = {};
  for (const name of Object.keys(texts)) {
    const text = textOf(await olderChain.send({ to: older.id(name), method: 2, gasLimit: GAS_LIMIT }));
    found[name] = text?.replace(/^.*\]: |\n$/gs, "");
  }
  expect(found).toEqual(texts);
  olderChain.close();
});
