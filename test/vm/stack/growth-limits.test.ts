/**
 * Memories and tables that grow up to their limits and beyond, in random order and in instances of which one
 * calls the other, against a model: who is told what maximum decides what counts against the 2 GiB of all live
 * instances, and so what a later growth may do.
 */
import { expect, test } from "vitest";
import { assemble } from "../../../actors/build.mjs";
import { idAddress } from "../../../src/address/address.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { randomNumbers } from "../../support/test-data.js";

const PAGE = 0x10000;
const ELEMENT = 8;
/** One instance's limit. */
const MOST_PAGES = 8192;
const MOST_ELEMENTS = 20_000;
/** Limit over all live instances. */
const MOST_BYTES = 2 ** 31;
const REFUSED = 0xffff_ffff;
const PROGRAMS = 80;
/** Where a program has its results: each a word. */
const RESULTS = 0x1000;
const GAS_LIMIT = 10 ** 12;

type Dice = ReturnType<typeof randomNumbers>;

/** A module whose `invoke` grows things, and perhaps calls another in between, and returns what it saw. */
class Program {
  readonly results: number[] = [];
  #code = "";
  #pages: number;
  #elements: number;
  #bytes: number;
  readonly #fits: boolean;

  /** @param outside bytes of the instances below it */
  constructor(
    readonly dice: Dice,
    outside: number,
    readonly initial = { pages: 1 + dice(3), elements: 1 + dice(4) * 1000 },
    readonly declared = {
      pages: pick(dice, [undefined, 9000, 30_000]),
      elements: pick(dice, [undefined, 6000, 10 ** 6]),
    },
  ) {
    this.#pages = initial.pages;
    this.#elements = initial.elements;
    this.#bytes = outside + initial.pages * PAGE + initial.elements * ELEMENT;
    this.#fits = this.#bytes <= MOST_BYTES;
  }

  get bytes(): number {
    return this.#bytes;
  }

  grow(steps: number): this {
    for (let step = 0; step < steps; step++) {
      if (this.dice(2) === 0)
        this.#memory(pick(this.dice, [0, 1, 100, 4000, 8000, 8191, 8192, 20_000, 32_000]));
      else this.#table(pick(this.dice, [0, 1, 5000, 15_000, 19_999, 20_000, 10 ** 6, 225 * 10 ** 6]));
    }
    return this;
  }

  #memory(pages: number): void {
    const told = this.declared.pages ?? PAGE;
    const fits = this.#pages + pages <= told && this.#bytes + pages * PAGE <= MOST_BYTES;
    if (fits) this.#bytes += pages * PAGE;
    this.#keep(`(memory.grow (i32.const ${pages}))`);
    const grows = fits && this.#pages + pages <= MOST_PAGES;
    this.results.push(grows ? this.#pages : REFUSED);
    if (grows) this.#pages += pages;
  }

  #table(elements: number): void {
    const told = Math.min(this.declared.elements ?? MOST_ELEMENTS, MOST_ELEMENTS);
    const grows = this.#elements + elements <= told && this.#bytes + elements * ELEMENT <= MOST_BYTES;
    this.#keep(`(table.grow $t (table.get $t (i32.const 0)) (i32.const ${elements}))`);
    this.results.push(grows ? this.#elements : REFUSED);
    if (!grows) return;
    this.#elements += elements;
    this.#bytes += elements * ELEMENT;
  }

  /** Calls the actor that the parameters name; its memory is free again when it has ended. */
  call(child: Program): this {
    const length = 4 * child.results.length;
    this.#code += `
      (drop (call $read (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 16) (i32.const 16)))
      (drop (call $send (i32.const 64) (i32.const 16) (i32.load8_u (i32.const 31)) (i64.const 2) (i32.const 0)
        (i64.const 0) (i64.const 0) (i64.const -1) (i64.const 0)))
      (drop (call $read (i32.const 0) (i32.load (i32.const 68)) (i32.const 0)
        (i32.const ${RESULTS + 4 * this.results.length}) (i32.const ${length})))`;
    // An instance that does not fit does not begin, and returns nothing.
    this.results.push(...child.results.map((result) => (child.#fits ? result : 0)));
    return this;
  }

  #keep(value: string): void {
    this.#code += `\n(i32.store (i32.const ${RESULTS + 4 * this.results.length}) ${value})`;
  }

  wasm(): Promise<Uint8Array> {
    const { initial, declared, results } = this;
    return assemble(`(module
      (import "ipld" "block_read" (func $read (param i32 i32 i32 i32 i32) (result i32)))
      (import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))
      (import "send" "send" (func $send (param i32 i32 i32 i64 i32 i64 i64 i64 i64) (result i32)))
      (memory (export "memory") ${initial.pages} ${declared.pages ?? ""})
      (table $t ${initial.elements} ${declared.elements ?? ""} funcref)
      (func (export "invoke") (param i32) (result i32)
        ${this.#code}
        (drop (call $create (i32.const 0) (i64.const 0x55) (i32.const ${RESULTS}) (i32.const ${4 * results.length})))
        (i32.load (i32.const 0))))`);
  }
}

function pick<T>(dice: Dice, from: readonly T[]): T {
  return from[dice(from.length)] as T;
}

test(`${PROGRAMS} random programs`, { timeout: 120_000 }, async () => {
  const pairs = Array.from({ length: PROGRAMS }, (_, seed) => {
    const dice = randomNumbers(seed);
    const parent = new Program(dice, 0).grow(3 + dice(4));
    const child = new Program(dice, parent.bytes).grow(1 + dice(4));
    return { parent: parent.call(child).grow(dice(4)), child };
  });
  const contracts: Record<string, Uint8Array> = {};
  for (const [seed, { parent, child }] of pairs.entries()) {
    contracts[`parent ${seed}`] = await parent.wasm();
    contracts[`child ${seed}`] = await child.wasm();
  }
  const net = await TestNet.create({ contracts });
  const chain = await TestChain.on(net);
  for (const [seed, { parent }] of pairs.entries()) {
    const address = latin1Bytes(idAddress(net.id(`child ${seed}`)));
    const params = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? address.length : (address[i] ?? 0)));
    const to = net.id(`parent ${seed}`);
    const { receipt } = await chain.send({ to, method: 2, params, gasLimit: GAS_LIMIT });
    const seen = [...new Uint32Array(Uint8Array.from(receipt.returnData).buffer)];
    expect({ exitCode: receipt.exitCode, seen }, `seed ${seed}`).toEqual({
      exitCode: 0,
      seen: parent.results,
    });
  }
  chain.close();
  // Otherwise the limits were not reached.
  const all = pairs.flatMap(({ parent }) => parent.results);
  expect(all.filter((result) => result === REFUSED).length).toBeGreaterThan(all.length / 5);
  expect(all.filter((result) => result === REFUSED).length).toBeLessThan((all.length * 4) / 5);
});
