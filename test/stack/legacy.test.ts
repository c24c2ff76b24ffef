/** What only network versions 16 and 17 do. */
import { decode, encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import { TestChain } from "../support/chain.js";
import { body, type HostileModule, invoke, memory, whole } from "../support/hostile.js";
import { TestNet } from "../support/net.js";

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
const GAS_LIMIT = 10_000_000;

describe.each([16, 17])("network version %i", (version) => {
  let net: TestNet;
  beforeAll(async () => {
    const code = modules.map(async ({ name, wasm }) => [name, await wasm()] as const);
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

  test("one call more than later", async () => {
    const chain = await TestChain.on(net);
    const { receipt } = await chain.send({ to: net.id("caller"), method: 3, params: encode(5000) });
    expect(decode(receipt.returnData)).toEqual([1024, 3]);
    chain.close();
  });
});
