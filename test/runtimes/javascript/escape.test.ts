/** Attempts of contracts, all in vain: to reach what is not theirs, or what is not the same everywhere. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JavaScriptNet } from "../../support/javascript/contract.js";

let net: JavaScriptNet;
beforeAll(async () => {
  net = await JavaScriptNet.create();
});
afterAll(() => net.close());

async function answerOf(body: string): Promise<unknown> {
  const { exitCode, value, text } = await net.run(body);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${text}`);
  return value;
}

describe("powers", () => {
  test("a function made from a text has no global object", async () => {
    expect(await answerOf(`() => Function("return this")() === undefined`)).toBe(true);
  });

  test.each([
    ["Object.prototype.x = 1"],
    ["Array.prototype.map = 1"],
    ["(async () => {}).constructor.prototype.x = 1"],
    ["Object.getPrototypeOf(function* () {}()).next = 1"],
    ["fvm.fail.x = 1"],
    ["fvm.Cid.prototype.toString = 1"],
    ["authority.send = 1"],
    ["authority.state.get = 1"],
    ["Object.getPrototypeOf(authority.state.map('m')).get = 1"],
    ["authority.state.map('m').x = 1"],
    ["authority.message.value = 1n"],
    ["authority.network.epoch = 1"],
    ["Object.defineProperty(authority, 'message', { value: 1 })"],
  ])("%s throws", async (statement) => {
    expect(await net.run(`(_, authority) => { ${statement}; }`)).toMatchObject({
      exitCode: 23,
      text: expect.stringMatching(/^TypeError/),
    });
  });

  test("constructors of functions cannot be reached through functions", async () => {
    const reach = "[() => 1, async () => 1, function* () {}, async function* () {}]";
    const tried = `${reach}.map((f) => { try { return f.constructor("return 1")(); } catch { return null; } })`;
    expect(await answerOf(`() => ${tried}`)).toEqual([null, null, null, null]);
  });

  test("no module has any, and a module's body is given none", async () => {
    expect(await answerOf("() => Object.keys(fvm).sort()")).toEqual([
      "Cid",
      "decode",
      "encode",
      "fail",
      "harden",
    ]);
    expect(await answerOf("() => typeof this")).toBe("undefined");
    const known = await answerOf("() => Object.getOwnPropertyNames(globalThis).sort()");
    expect(known).toMatchSnapshot();
  });

  test("none is imported later", async () => {
    expect(await net.run(`() => import("fs")`)).toMatchObject({ exitCode: 23 });
    expect(await net.run(`() => eval("import('fs')")`)).toMatchObject({ exitCode: 23 });
  });

  test("what is evaluated in a compartment has no more than it is given", async () => {
    const evaluate = (
      code: string,
    ) => `(_, authority) => new Compartment({ globals: { given: 1 }, __options__: true })
      .evaluate(${JSON.stringify(code)})`;
    expect(await answerOf(evaluate("given + 1"))).toBe(2);
    expect(await answerOf(evaluate("typeof authority"))).toBe("undefined");
  });

  test("methods of a map work on maps only", async () => {
    const stolen = "Object.getPrototypeOf(state.map('m')).get.call({}, 'k')";
    expect(await net.run(`(_, { state }) => ${stolen}`)).toMatchObject({
      exitCode: 23,
      text: expect.stringMatching(/^TypeError: no map/),
    });
  });
});

describe("what differs from place to place", () => {
  test.each([
    ["Date.now()"],
    ["new Date()"],
    ["Date()"],
    ["Math.random()"],
    ["new (Object.getPrototypeOf(new Date(0)).constructor)()"],
  ])("%s throws", async (expression) => {
    expect(await net.run(`() => \`\${${expression}}\``)).toMatchObject({
      exitCode: 23,
      text: expect.stringMatching(/^TypeError: secure mode/),
    });
  });

  test.each([
    ["performance"],
    ["console"],
    ["WeakRef"],
    ["FinalizationRegistry"],
    ["SharedArrayBuffer"],
    ["Atomics"],
    ["queueMicrotask"],
    ["setTimeout"],
    ["gc"],
    ["lockdown"],
    ["stackTracer"],
    ["getStackString"],
  ])("%s is not there", async (name) => {
    expect(await answerOf(`() => typeof globalThis.${name}`)).toBe("undefined");
  });

  test("errors show no stack", async () => {
    expect(await answerOf("() => { try { null.x; } catch (e) { return e.stack; } }")).toBe("");
    expect(
      await answerOf("() => { const o = {}; Error.captureStackTrace?.(o); return o.stack ?? null; }"),
    ).toBeOneOf(["", null]);
  });

  test("dates have no time zone, texts no place", async () => {
    expect(await answerOf("() => new Date(0).getTimezoneOffset()")).toBe(0);
    expect(await answerOf("() => new Date(2000, 0).toISOString()")).toBe("2000-01-01T00:00:00.000Z");
    expect(await answerOf("() => (1234.5).toLocaleString()")).toBe("1234.5");
  });

  test("no NaN shows its bits", async () => {
    const bits = "[...new Uint8Array(new Float64Array([0 / 0, -(0 / 0), Math.sqrt(-1), NaN]).buffer)]";
    const canonical = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
    expect(await answerOf(`() => ${bits}`)).toEqual([...canonical, ...canonical, ...canonical, ...canonical]);
  });
});

describe("what ends an invocation", () => {
  test.each([
    [
      "a thrown proxy",
      "() => { throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); }",
      23,
    ],
    ["a thrown proxy of an error", "() => { throw new Proxy(new Error('x'), {}); }", 23],
    [
      "an error of which the name throws",
      "() => { throw new (class extends Error { get name() { throw 1; } })(); }",
      23,
    ],
    ["a getter in what is returned", "() => ({ get a() { return 1; } })", 21],
    ["a proxy in what is returned", "() => [new Proxy({}, { ownKeys() { throw 1; } })]", 21],
    ["a cycle in the state", "(_, { state }) => { const a = {}; a.a = a; state.set(a); }", 21],
    ["a promise that is pending", "() => new Promise(() => {})", 23],
    ["a promise of itself", "() => { let p; p = Promise.resolve().then(() => p); return p; }", 23],
    ["recursion", "() => { const f = () => f() + 1; return f(); }", 4],
    ["recursion of a getter", "() => { const o = { get a() { return o.a; } }; return o.a; }", 4],
    [
      "a regular expression that is too deep",
      `() => { new RegExp("(".repeat(5000) + ")".repeat(5000)); }`,
      4,
    ],
    ["memory", "() => { const all = []; for (;;) all.push(new Uint8Array(1 << 20)); }", 24],
    [
      "memory, caught",
      "() => { const all = []; for (;;) try { all.push(new Uint8Array(1 << 24)); } catch { return 1; } }",
      24,
    ],
  ])("%s", async (_, body, exitCode) => {
    expect(await net.run(body)).toMatchObject({ exitCode });
  });

  test("a loop without end, by its gas", async () => {
    const id = await net.deploy("export const Run = () => { for (;;); };");
    expect(await net.call(id, "Run", undefined, { gasLimit: 50_000_000 })).toMatchObject({ exitCode: 7 });
  });

  test("jobs without end, by their gas", async () => {
    const id = await net.deploy("export const Run = async () => { for (;;) await null; };");
    expect(await net.call(id, "Run", undefined, { gasLimit: 50_000_000 })).toMatchObject({ exitCode: 7 });
  });
});
