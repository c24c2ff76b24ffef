/** What a module's memory holds at first, for the first instance and for those after it: as V8 has it. */
import { expect, test } from "vitest";
import { assemble } from "../../../actors/build.mjs";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";

const ILLEGAL_INSTRUCTION = 4;

interface Case {
  readonly name: string;
  readonly fields: string;
  /** Runs first. */
  readonly body?: string;
  /** Pages. */
  readonly memory?: number;
  /** Bytes that are returned. */
  readonly shown?: readonly [offset: number, length: number];
}

const cases: readonly Case[] = [
  { name: "none", fields: "" },
  { name: "one", fields: '(data (i32.const 5000) "abc")' },
  { name: "at both ends", fields: '(data (i32.const 0) "first") (data (i32.const 65532) "last")' },
  { name: "of whole pages", fields: `(data (i32.const 4096) "${"0123456789abcdef".repeat(512)}")` },
  { name: "later ones win", fields: '(data (i32.const 90) "aaaaaaaa") (data (i32.const 93) "bb")' },
  { name: "out of order", fields: '(data (i32.const 9000) "z") (data (i32.const 100) "a")' },
  {
    name: "far apart",
    fields: '(data (i32.const 8) "near") (data (i32.const 3000000) "far")',
    memory: 64,
    shown: [2_999_000, 2000],
  },
  { name: "empty ones", fields: '(data (i32.const 65536) "") (data (i32.const 7) "x")' },
  { name: "an empty one beyond", fields: '(data (i32.const 65537) "") (data (i32.const 7) "x")' },
  { name: "beyond", fields: '(data (i32.const 7) "x") (data (i32.const 65535) "yz")' },
  { name: "at a negative offset", fields: '(data (i32.const -1) "x")' },
  { name: "a passive one", fields: '(data "passive") (data (i32.const 20) "active")' },
  {
    name: "a passive one, used",
    fields: '(data "passive") (data (i32.const 20) "active")',
    body: "(memory.init 0 (i32.const 22) (i32.const 1) (i32.const 5)) (data.drop 0)",
  },
  {
    name: "an active one has gone",
    fields: '(data (i32.const 20) "active") (data "passive")',
    body: "(memory.init 0 (i32.const 22) (i32.const 0) (i32.const 1))",
  },
  {
    name: "nothing of an active one can be copied",
    fields: '(data (i32.const 20) "active")',
    body: "(memory.init 0 (i32.const 22) (i32.const 0) (i32.const 0)) (data.drop 0)",
  },
  {
    name: "a start function sees them",
    fields:
      '(data (i32.const 20) "active") (func $start (i32.store8 (i32.const 30) (i32.load8_u (i32.const 21)))) (start $start)',
  },
  { name: "memory of no size", fields: '(data (i32.const 0) "")', memory: 0, shown: [0, 0] },
];

/** Returns what it sees, and leaves nothing of it behind. */
function wat({ fields, body = "", memory = 1, shown = [0, 65_536] }: Case): string {
  const [offset, length] = shown;
  // The handle of the block comes to where it was read from, if there is room.
  const out = memory === 0 ? "(memory.grow (i32.const 1)) drop" : "";
  return `(module
    (import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))
    (memory (export "memory") ${memory})
    ${fields}
    (func (export "invoke") (param i32) (result i32)
      ${body}
      ${out}
      (drop (call $create (i32.const 16) (i64.const 0x55) (i32.const ${offset}) (i32.const ${length})))
      (memory.fill (i32.const 32) (i32.const 0xee) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 32)))
      (i32.load (i32.const 16))))`;
}

/** As V8 has it; null: a trap. */
function inV8(wasm: Uint8Array): Uint8Array | null {
  let seen: Uint8Array = new Uint8Array();
  const create = (out: number, _codec: bigint, offset: number, length: number) => {
    const memory = (instance.exports.memory as WebAssembly.Memory).buffer;
    seen = new Uint8Array(memory.slice(offset, offset + length));
    new DataView(memory).setUint32(out, 2, true);
    return 0;
  };
  let instance: WebAssembly.Instance;
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), { ipld: { block_create: create } });
    (instance.exports.invoke as (params: number) => number)(0);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return null;
    throw error;
  }
  return seen;
}

test.each(cases)("$name", async (one) => {
  const wasm = await assemble(wat(one));
  const expected = inV8(wasm);
  const net = await TestNet.create({ contracts: { one: wasm } });
  const chain = await TestChain.on(net);
  for (let time = 0; time < 3; time++) {
    const { receipt } = await chain.send({ to: net.id("one"), method: 2 });
    expect(receipt.exitCode).toBe(expected ? 0 : ILLEGAL_INSTRUCTION);
    expect(Buffer.from(receipt.returnData).equals(expected ?? new Uint8Array())).toBe(true);
  }
  chain.close();
});
