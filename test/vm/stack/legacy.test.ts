/** Behaviour of network versions 16 and 17 alone. */
import { decode, encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import { backtraceText } from "../../../src/vm/call-manager/backtrace.js";
import { TestChain } from "../../support/chain.js";
import { body, type HostileModule, invoke, memory, whole } from "../../support/hostile.js";
import { TestNet } from "../../support/net.js";

const abortImport = '(import "vm" "abort" (func $abort (param i32 i32 i32) (result i32)))';
const chargeImport = '(import "gas" "charge" (func $charge (param i32 i32 i64) (result i32)))';
const exitImport = '(import "vm" "exit" (func (param i32 i32 i32 i32) (result i32)))';
const aborts = (name: string, exit: number, code: number) =>
  withImport(name, exit, abortImport, `(drop (call $abort (i32.const ${code}) (i32.const 0) (i32.const 0)))`);
const withImport = (name: string, exit: HostileModule["exit"], imported: string, code: string) =>
  whole(
    name,
    exit,
    `${imported} ${memory} (func (export "invoke") (param i32) (result i32) (local $i i32) ${code} i32.const 0)`,
  );

const modules: readonly HostileModule[] = [
  body("a trap", 4, "unreachable"),
  body("an endless loop", 7, "(loop br 0)"),
  body("recursion without end", 4, "(call $r)", "(func $r (call $r))"),
  body(
    "memory beyond 512 MiB",
    0,
    "(if (i32.ne (memory.grow (i32.const 9000)) (i32.const 1)) (then unreachable))",
  ),
  whole("no invoke", "fatal", `${memory} (func)`),
  whole(
    "a start function, which has no gas",
    "fatal",
    `${memory} ${invoke} (func $s (drop (i32.const 1))) (start $s)`,
  ),
  whole("data segment beyond memory", "fatal", `${memory} ${invoke} (data (i32.const 65535) "ab")`),
  whole("vm.exit, which came later", "fatal", `${exitImport} ${memory} ${invoke}`),
  aborts("abort with 0", 9, 0),
  aborts("abort with 15", 9, 15),
  aborts("abort with 16", 16, 16),
  // A refund in each turn pays for it.
  withImport(
    "gas.charge of a negative amount",
    0,
    chargeImport,
    `(loop
       (drop (call $charge (i32.const 0) (i32.const 0) (i64.const -20000)))
       (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))`,
  ),
];
const INVALID = "actor aborted with an invalid message:";
/** A frame's words on vm.abort with 16: its text, which lies at 16 in memory, and where the actor says it is. */
const abortTexts: readonly (readonly [
  name: string,
  text: string,
  offset: number,
  length: number,
  why: string,
])[] = [
  ["no text", "", 0, 0, "actor aborted"],
  ["a long text", "a".repeat(3000), 16, 3000, "a".repeat(3000)],
  [
    "a text that is not UTF-8",
    "a\\ffb",
    16,
    3,
    `${INVALID} error message was not utf8: invalid utf-8 sequence of 1 bytes from index 1 (code=IllegalArgument)`,
  ],
  [
    "a text beyond memory",
    "",
    -9,
    8,
    `${INVALID} buffer 4294967287 (length 8) out of bounds (code=IllegalArgument)`,
  ],
];
const abortModules = abortTexts.map(([name, text, offset, length]) =>
  whole(
    name,
    16,
    `${abortImport} ${memory} (data (i32.const 16) "${text}") (func (export "invoke") (param i32) (result i32)
       (call $abort (i32.const 16) (i32.const ${offset}) (i32.const ${length})))`,
  ),
);
const otherTexts: readonly (readonly [name: string, last: string])[] = [
  ["no invoke", ": failed to find function export `invoke`"],
  [
    "vm.exit, which came later",
    ": failed to link actor module: unknown import: `vm::exit` has not been defined",
  ],
  ["abort with 0", "-- actor aborted with code 0 (9)"],
];
const GAS_LIMIT = 10_000_000;

describe.each([16, 17])("network version %i", (version) => {
  let net: TestNet;
  beforeAll(async () => {
    const code = [...modules, ...abortModules].map(async ({ name, wasm }) => [name, await wasm()] as const);
    net = await TestNet.create({ version, contracts: Object.fromEntries(await Promise.all(code)) });
  });

  test.each(modules)("$name: exit $exit", async ({ name, exit }) => {
    const chain = await TestChain.on(net);
    const { receipt } = await chain.send({ to: net.id(name), method: 2, gasLimit: GAS_LIMIT });
    expect(receipt.exitCode).toBe(exit === "fatal" ? 10 : exit);
    if (exit === "fatal" || exit === 7) expect(receipt.gasUsed).toBe(GAS_LIMIT);
    else expect(receipt.gasUsed).toBeLessThan(GAS_LIMIT);
    chain.close();
  });

  test.each(abortTexts)("abort with %s", async (name, _text, _offset, _length, why) => {
    expect(await textOf(net, name)).toBe(`00: f0${net.id(name)} (method 2) -- ${why} (16)\n`);
  });

  test.each(otherTexts)("why: %s", async (name, last) => {
    expect((await textOf(net, name)).trimEnd().endsWith(last)).toBe(true);
  });

  test("one call more than later", async () => {
    const chain = await TestChain.on(net);
    const { receipt } = await chain.send({ to: net.id("caller"), method: 3, params: encode(5000) });
    expect(decode(receipt.returnData)).toEqual([1024, 3]);
    chain.close();
  });
});

async function textOf(net: TestNet, name: string): Promise<string> {
  const chain = await TestChain.on(net);
  const { failure } = await chain.send({ to: net.id(name), method: 2, gasLimit: GAS_LIMIT });
  chain.close();
  return failure?.kind === "backtrace" ? backtraceText(failure.backtrace) : "";
}
