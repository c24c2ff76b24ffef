/** Gas of contracts, and how deep they get: a change of any of these figures is a change of the protocol. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cidText } from "../../../src/encoding/cid.js";
import { JavaScriptNet, outcomeOf } from "../../support/javascript/contract.js";

const COUNTER = `
export const Constructor = (start, { state }) => state.set({ count: start });
export const Increment = (by, { state }) => {
  const { count } = state.get();
  state.set({ count: count + by });
  return count + by;
};
export const Get = (_, { state }) => state.get().count;
export const Nothing = () => {};
`;

let net: JavaScriptNet;
beforeAll(async () => {
  net = await JavaScriptNet.create();
});
afterAll(() => net.close());

describe("a counter", () => {
  test("costs what it did, and its calls at most 5 million gas", async () => {
    const deployed = outcomeOf(await net.tryDeploy(COUNTER, 1));
    const id = await net.deploy(COUNTER, 1);
    const calls = [];
    for (const [method, params] of [["Nothing"], ["Get"], ["Increment", 5], ["Unknown"]] as const)
      calls.push([method, (await net.call(id, method, params)).gas]);
    expect(Math.max(...calls.map(([, gas]) => Number(gas)))).toBeLessThanOrEqual(5_000_000);
    expect({ deployed: deployed.gas, ...Object.fromEntries(calls) }).toMatchSnapshot();
  });

  test("leaves the same state everywhere", async () => {
    const fresh = await JavaScriptNet.create();
    const id = await fresh.deploy(COUNTER, 1);
    await fresh.call(id, "Increment", 5);
    expect(cidText(await fresh.chain.machine.flush())).toMatchSnapshot();
    fresh.close();
  });
});

describe("gas of an operation", () => {
  const ROUNDS = 100;

  /** Gas of a statement with `i`, in a loop whose own cost is left out. */
  async function gasOf(statement: string): Promise<number> {
    const loop = (body: string, rounds: number) =>
      `(_, { state, emit }) => { const all = []; const map = new Map(); const kept = state.map("m");
        const f = (x) => x; const big = (1n << 255n) - 19n; const bytes = new Uint8Array(32);
        for (let i = 0; i < ${rounds}; i++) { ${body} } }`;
    const gas = async (body: string) =>
      (await net.run(loop(body, 2 * ROUNDS))).gas - (await net.run(loop(body, ROUNDS))).gas;
    return Math.round(((await gas(statement)) - (await gas(""))) / ROUNDS);
  }

  test.each([
    ["s = s + i", "let s = 0; s = s + i;"],
    ["s = (s + i * i) & 0xfffff", "let s = 0; s = (s + i * i) & 0xfffff;"],
    ["call of a function", "f(i);"],
    ["object of two", "({ a: i, b: i });"],
    ["array of two", "[i, i];"],
    ["Map.set of a new key", "map.set(i, i);"],
    ["text of a number", "String(i);"],
    ["JSON.stringify", "JSON.stringify({ a: i });"],
    ["256-bit multiplication, reduced", "(big - BigInt(i)) * (big - 5n) % big;"],
    ["sort of ten", "[3, 1, 4, 1, 5, 9, 2, 6, 5, 3].sort((a, b) => a - b);"],
    ["error thrown and caught", "try { throw new Error('x'); } catch {}"],
    ["state.get", "state.get();"],
    ["state.set", "state.set({ i });"],
    ["map.set, in memory", "kept.set(i, i);"],
    ["map.get of what is not there", "kept.get(i);"],
    ["emit", "emit({ type: 'x', i });"],
    ["encode", "fvm.encode({ i, list: [1, 2, 3] });"],
    ["decode", "fvm.decode(Uint8Array.of(131, 1, 2, 3));"],
    ["harden", "fvm.harden({ i });"],
  ])("%s", async (_, statement) => {
    expect(await gasOf(statement)).toMatchSnapshot();
  });
});

describe("the deepest", () => {
  /** The largest number for which it works; what is deeper ends with exit code 4, of which Init makes 9. */
  async function deepest(works: (depth: number) => Promise<number>): Promise<number> {
    let [below, above] = [1, 4096];
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      const exitCode = await works(middle);
      expect(exitCode).toBeOneOf([0, 4, 9]);
      if (exitCode === 0) below = middle;
      else above = middle;
    }
    return below;
  }

  const repeated = (open: string, close: string) => (depth: number) =>
    open.repeat(depth) + close.repeat(depth);
  const run = async (body: string) => (await net.run(body)).exitCode;
  const source = async (text: string) => outcomeOf(await net.tryDeploy(text)).exitCode;

  test.each<[string, (depth: number) => Promise<number>]>([
    ["recursion of a function", (n) => run(`() => { const f = (n) => (n ? f(n - 1) : 0); return f(${n}); }`)],
    [
      "recursion through map",
      (n) => run(`() => { const f = (n) => (n ? [1].map(() => f(n - 1)) && 0 : 0); return f(${n}); }`),
    ],
    ["yield*", (n) => run(`() => { const f = function* (n) { if (n) yield* f(n - 1); }; [...f(${n})]; }`)],
    [
      "recursion of an async function",
      (n) => run(`() => { const f = async (n) => { if (n) await f(n - 1); }; return f(${n}); }`),
    ],
    ["JSON.parse", (n) => run(`() => { JSON.parse(${JSON.stringify(repeated("[", "]")(n))}); }`)],
    [
      "parentheses in a source",
      (n) => source(`export const Run = () => ${repeated("(", ")")(n).replace("()", "(1)")};`),
    ],
    ["arrays in a source", (n) => source(`export const Run = () => ${repeated("[", "]")(n)};`)],
    ["arrows in a source", (n) => source(`export const Run = ${"() => ".repeat(n)}1;`)],
    ["blocks in a source", (n) => source(`export const Run = () => { ${repeated("{", "}")(n)} };`)],
  ])("%s", async (_, works) => {
    expect(await deepest(works)).toMatchSnapshot();
  });

  test("hardened object is deeper than anything else", async () => {
    const body = "() => { let o = {}; for (let i = 0; i < 2000; i++) o = { o }; fvm.harden(o); }";
    expect(await run(body)).toBe(0);
  });
});
