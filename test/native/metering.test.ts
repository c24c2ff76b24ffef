/**
 * Metering by our pipeline charges what the reference's instrumenter alone charges: random programs run
 * in V8 in both forms, and the counter is read wherever a host reads it, at each probe and at the end. A
 * counter below zero means the same at either place: out of gas, whatever the program has done since.
 */
import { describe, expect, test } from "vitest";
import wabt from "wabt";
import { native } from "../../src/native/index.js";
import { networkVersion } from "../../src/vm/network/version.js";
import { randomProgram } from "../support/random-wasm.js";

const PROGRAMS = 400;
/** Gas that a syscall charges. */
const SYSCALL_GAS = 1000n;
const SUSPENDED = 0xffn;
const GAS = 1n << 40n;

const OUT_OF_GAS = "out of gas";

interface Run {
  /** While there was gas. */
  readonly counters: readonly bigint[];
  readonly result: number | string;
}

/** Runs one form. `counter` finds the gas global once the module is there. */
function run(wasm: Uint8Array, gas: bigint): Run {
  const counters: bigint[] = [];
  const look = () => {
    if (counter.value < 0n) throw new Error(OUT_OF_GAS);
    counters.push(counter.value);
  };
  /** In the form of which one argument in two makes it suspend. */
  const suspendable = (argument: number, given: bigint) => {
    look();
    expect(given).toBe(counter.value);
    answer = BigInt.asIntN(64, ((given - SYSCALL_GAS) << 8n) | BigInt(argument & 0x7f));
    return (argument & 1) === 0 ? answer : SUSPENDED;
  };
  let answer = 0n;
  let counter = new WebAssembly.Global({ value: "i64", mutable: true }, gas);
  const module = new WebAssembly.Module(wasm);
  const instance = new WebAssembly.Instance(module, {
    test: {
      probe: look,
      syscall: (argument: number) => {
        look();
        counter.value -= SYSCALL_GAS;
        return argument & 0x7f;
      },
    },
    "fvm:test": { syscall: suspendable },
    gas: { gas_counter: counter, gas_couner: counter },
    fvm: {
      refill: () => {
        throw new Error(OUT_OF_GAS);
      },
      may_grow_memory: (pages: number) => pages,
      may_grow_table: (elements: number) => elements,
      suspend: () => answer,
    },
  });
  const exported = instance.exports["fvm:gas"];
  if (exported instanceof WebAssembly.Global) {
    counter = exported;
    counter.value = gas;
  }
  let result: number | string;
  try {
    result = (instance.exports.invoke as (p: number) => number)(7);
  } catch (error) {
    result = String(error).replace(/.*: /, "");
  }
  if (counter.value < 0n) return { counters, result: OUT_OF_GAS };
  look();
  return { counters, result };
}

describe.each([18, 17])("network version %i", (version) => {
  const engine = native.engine(networkVersion(version).engine);

  test(`${PROGRAMS} random programs: the inline form charges as the reference form`, async () => {
    const { parseWat } = await wabt();
    let probes = 0;
    let exhausted = 0;
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const parsed = parseWat("random.wat", randomProgram(seed), { bulk_memory: true });
      const wasm = new Uint8Array(parsed.toBinary({}).buffer);
      parsed.destroy();
      const reference = engine.instrument(wasm, "reference");
      const inline = engine.instrument(wasm, "inline");
      const expected = run(reference, GAS);
      expect(run(inline, GAS), `seed ${seed}`).toEqual(expected);
      probes += expected.counters.length;

      // And with so little gas that it runs out somewhere on the way.
      const scarce = (GAS - (expected.counters.at(-1) as bigint)) / 2n;
      const short = run(reference, scarce);
      expect(run(inline, scarce), `seed ${seed}, scarce gas`).toEqual(short);
      if (short.result === OUT_OF_GAS) exhausted++;
    }
    expect(probes).toBeGreaterThan(PROGRAMS * 5);
    expect(exhausted).toBeGreaterThan(PROGRAMS / 2);
  });
});
