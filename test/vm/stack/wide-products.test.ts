/**
 * Products of 128 bits, which are computed by one instruction of the processor if they are written as compilers
 * write them, and as written if they are not quite that: results as V8 has them, gas the same.
 */
import { describe, expect, test } from "vitest";
import { assemble } from "../../../actors/build.mjs";
import { native } from "../../../src/native/index.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { randomNumbers } from "../../support/test-data.js";

const PRODUCTS = 500;
const FACTORS_BYTES = 32;
const PRODUCT_BYTES = 16;
const OUT = PRODUCTS * FACTORS_BYTES;
/** Of `i64.mul_wide_u`. */
const WIDE = Buffer.of(0xfc, 0x16);

interface Case {
  readonly name: string;
  readonly wide: boolean;
  /** What is written otherwise. */
  readonly change?: readonly [from: string, to: string];
}

const cases: readonly Case[] = [
  { name: "as compilers have it", wide: true },
  { name: "a carry of the other part", wide: true, change: ["(local.get $one)))", "(local.get $other)))"] },
  {
    name: "factors the other way round",
    wide: true,
    change: ["(local.get $bh) (local.get $a)", "(local.get $a) (local.get $bh)"],
  },
  { name: "a carry of no part", wide: false, change: ["(local.get $one)))", "(local.get $low)))"] },
  { name: "another shift", wide: false, change: ["(i64.const 32)", "(i64.const 31)"] },
  { name: "another mask", wide: false, change: ["(i64.const 0xffffffff)", "(i64.const 0xfffffffe)"] },
  {
    name: "no carry into the high half",
    wide: false,
    change: ["(i64.lt_u (local.get $sum)", "(i64.lt_u (local.get $a)"],
  },
  { name: "a gap between the halves", wide: false, change: ["offset=8", "offset=12"] },
  {
    name: "a sum instead of a product",
    wide: false,
    change: ["(i64.mul (local.get $b) (local.get $ah))", "(i64.add (local.get $b) (local.get $ah))"],
  },
  { name: "another high half", wide: false, change: ["(local.get $bh)", "(local.get $ah)"] },
];

function wat({ change: [from, to] = ["", ""] }: Case): string {
  const multiply = `
    (i64.store (local.get $out) (local.tee $sum (i64.add
      (local.tee $low (i64.mul a0 b0))
      (i64.shl
        (local.tee $middle (i64.add (local.tee $one (i64.mul a0 b1)) (local.tee $other (i64.mul a1 b0))))
        (i64.const 32)))))
    (i64.store offset=8 (local.get $out) (i64.add
      (i64.add
        (i64.add
          (i64.mul a1 b1)
          (i64.or
            (i64.shl (i64.extend_i32_u (i64.lt_u (local.get $middle) (local.get $one))) (i64.const 32))
            (i64.shr_u (local.get $middle) (i64.const 32))))
        (i64.extend_i32_u (i64.lt_u (local.get $sum) (local.get $low))))
      (i64.add (i64.mul (local.get $bh) (local.get $a)) (i64.mul (local.get $b) (local.get $ah)))))`;
  const expanded = multiply
    .replace(/\b([ab])0\b/g, "(i64.and (local.get $$$1) (i64.const 0xffffffff))")
    .replace(/\b([ab])1\b/g, "(i64.shr_u (local.get $$$1) (i64.const 32))");
  return `(module
    (import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "${[...factors()].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("")}")
    (func $multiply (param $out i32) (param $a i64) (param $ah i64) (param $b i64) (param $bh i64)
      (local $sum i64) (local $low i64) (local $middle i64) (local $one i64) (local $other i64)
      ${expanded.replace(from, to)})
    (func (export "invoke") (param i32) (result i32) (local $at i32) (local $to i32)
      (local.set $to (i32.const ${OUT}))
      (loop
        (call $multiply (local.get $to)
          (i64.load (local.get $at)) (i64.load offset=8 (local.get $at))
          (i64.load offset=16 (local.get $at)) (i64.load offset=24 (local.get $at)))
        (local.set $to (i32.add (local.get $to) (i32.const ${PRODUCT_BYTES})))
        (br_if 0 (i32.lt_u
          (local.tee $at (i32.add (local.get $at) (i32.const ${FACTORS_BYTES}))) (i32.const ${OUT}))))
      (drop (call $create (i32.const 0) (i64.const 0x55) (i32.const ${OUT}) (i32.const ${PRODUCTS * PRODUCT_BYTES})))
      (i32.load (i32.const 0))))`;
}

/** Pairs of 128 bits, many of them at an edge. */
function factors(): Uint8Array {
  const roll = randomNumbers(1);
  const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
  const word = () => {
    const drawn = [roll(2 ** 16), roll(2 ** 16), roll(2 ** 16), roll(2 ** 16)];
    return roll(2)
      ? (edges[roll(edges.length)] as bigint)
      : drawn.reduce((all, part) => (all << 16n) | BigInt(part), 0n);
  };
  return new Uint8Array(BigUint64Array.from({ length: PRODUCTS * 4 }, word).buffer);
}

/** As V8 has it. */
function inV8(wasm: Uint8Array): Uint8Array {
  const module = new WebAssembly.Module(wasm);
  const instance = new WebAssembly.Instance(module, { ipld: { block_create: () => 0 } });
  (instance.exports.invoke as (params: number) => number)(0);
  const memory = (instance.exports.memory as WebAssembly.Memory).buffer;
  return new Uint8Array(memory, OUT, PRODUCTS * PRODUCT_BYTES);
}

/** Products, and gas. */
async function inMachine(wasm: Uint8Array): Promise<{ products: Uint8Array; gas: number | bigint }> {
  const net = await TestNet.create({ contracts: { one: wasm } });
  const chain = await TestChain.on(net);
  const { receipt } = await chain.send({ to: net.id("one"), method: 2 });
  chain.close();
  expect(receipt.exitCode).toBe(0);
  return { products: receipt.returnData, gas: receipt.gasUsed };
}

describe("products of 128 bits", () => {
  test("are the right ones in V8", async () => {
    const products = new BigUint64Array(Uint8Array.from(inV8(await assemble(wat(cases[0] as Case)))).buffer);
    const given = new BigUint64Array(factors().buffer);
    const number = (words: BigUint64Array, at: number) =>
      (words[at] as bigint) | ((words[at + 1] as bigint) << 64n);
    for (let i = 0; i < PRODUCTS; i++) {
      const product = number(given, 4 * i) * number(given, 4 * i + 2);
      expect(number(products, 2 * i)).toBe(BigInt.asUintN(128, product));
    }
  });

  test.each(cases)("$name", async (one) => {
    const wasm = await assemble(wat(one));
    const written = engine.instrument(wasm, "inline");
    expect(Buffer.from(written).includes(WIDE)).toBe(one.wide);
    const { products, gas } = await inMachine(wasm);
    expect(Buffer.from(products).equals(inV8(wasm))).toBe(true);
    expect(gas).toBe((await plain).gas);
  });
});

const engine = native.engine(networkVersion(28).engine);
const plain = inMachine(await assemble(wat(cases[0] as Case)));
