import { encode } from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import {
  decodeJavaScriptProgram,
  decodeJavaScriptSource,
} from "../../../src/runtimes/javascript/contract.js";
import { JavaScriptNet } from "../../support/javascript/contract.js";

const COUNTER = `
import { fail } from "fvm:actor";
export const Constructor = (start, { state }) => state.set({ count: start });
export const Increment = (by, { state }) => {
  const { count } = state.get();
  if (by < 1) throw fail(16, "by must be positive");
  state.set({ count: count + by });
  return count + by;
};
export const Get = (_, { state }) => state.get().count;
export const helper = () => 1;
export const Version = "1";
`;

let net: JavaScriptNet;
beforeAll(async () => {
  net = await JavaScriptNet.create();
});
afterAll(() => net.close());

describe("a contract", () => {
  test("has its exported functions as methods", async () => {
    const id = await net.deploy(COUNTER, 5);
    expect(await net.call(id, "Increment", 3)).toMatchObject({ exitCode: 0, value: 8 });
    expect(await net.call(id, "Get")).toMatchObject({ exitCode: 0, value: 8 });
  });

  test("keeps its bytecode, its methods by FRC-0042, and its source", async () => {
    const id = await net.deploy(COUNTER, 5);
    const [methods, source] = await net.read(id, (blocks, { program }) => {
      const decoded = decodeJavaScriptProgram(blocks.get(program));
      return [decoded.methods, decodeJavaScriptSource(blocks.get(decoded.source))];
    });
    const names = ["Constructor", "Get", "Increment"];
    expect(methods).toEqual(names.map((name) => ({ number: exportedMethodNumber(name), name })));
    expect(source).toBe(COUNTER);
  });

  test("changes nothing when it fails", async () => {
    const id = await net.deploy(COUNTER, 5);
    expect(await net.call(id, "Increment", 0)).toMatchObject({ exitCode: 16, text: "by must be positive" });
    expect(await net.call(id, "Get")).toMatchObject({ value: 5 });
  });

  test("has no other methods", async () => {
    const id = await net.deploy(COUNTER, 5);
    for (const name of ["Decrement", "Version"])
      expect(await net.call(id, name)).toMatchObject({ exitCode: 22 });
  });

  test("needs no constructor of its own", async () => {
    const id = await net.deploy("export const Answer = () => 42;");
    expect(await net.call(id, "Answer")).toMatchObject({ value: 42 });
  });

  test.each([
    ["that is no JavaScript", "export const = 1;", undefined, 16, /SyntaxError: .*contract.js:1/],
    ["that imports what is not there", 'import "fs";', undefined, 16, /there is no module fs/],
    ["of which the body throws", "null.x;", undefined, 23, /TypeError: .*contract.js:1:1\)/],
    ["of which the body waits for ever", "await new Promise(() => {});", undefined, 23, /pending/],
    ["without a constructor, to which parameters are given", "", 1, 22, /no Constructor/],
    ["of which the constructor fails", "export const Constructor = () => { throw 1; };", 1, 23, /thrown: 1/],
  ])("cannot be made from a source %s", async (_, source, params, exitCode, text) => {
    const result = await net.tryDeploy(source, params);
    const frames = result.failure?.kind === "backtrace" ? result.failure.backtrace.frames : [];
    expect(frames[0]).toMatchObject({ code: exitCode, text: expect.stringMatching(text) });
  });
});

const CID_TEXT = "bafy2bzacedmsaemxqbkxcfooqeo436rkzbdzl7svu2iykbxlo4xt2ibw2fxxy";

describe("values", () => {
  const ECHO = "export const Echo = (value) => value;";

  test.each<[string, unknown]>([
    ["null", null],
    ["booleans", [true, false]],
    ["integers", [0, 23, 24, -1, -25, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53 - 1)]],
    ["integers beyond the safe ones", [2n ** 53n, 2n ** 64n - 1n, -(2n ** 53n), -(2n ** 63n)]],
    ["texts", ["", "é€😀", "x".repeat(1000)]],
    ["bytes", [new Uint8Array(), Uint8Array.of(0, 255), new Uint8Array(1000)]],
    ["links", CID.parse(CID_TEXT)],
    ["arrays", [[], [[]], Array.from({ length: 300 }, (_, i) => i)]],
    ["objects", { a: 1, b: { c: [] }, "": 2, ä: 3 }],
    ["depth", Array.from({ length: 63 }).reduce<unknown[]>((inner) => [inner], [])],
  ])("%s come back as they were", async (_, value) => {
    const id = await net.deploy(ECHO);
    const { exitCode, receipt } = await callRaw(id, encode(value));
    expect(exitCode).toBe(0);
    expect(Buffer.from(receipt.returnData)).toEqual(Buffer.from(encode(value)));
  });

  async function callRaw(id: number, params: Uint8Array) {
    const { receipt } = await net.chain.send({ to: id, method: exportedMethodNumber("Echo"), params });
    return { exitCode: receipt.exitCode, receipt };
  }

  test.each([
    ["malformed", "18"],
    ["two items", "0102"],
    ["of indefinite length", "9fff"],
    ["a float", "fb3ff8000000000000"],
    ["undefined", "f7"],
    ["an integer below -2^63", "3b8000000000000000"],
    ["a tag that is no link", "c101"],
    ["a link that is no CID", "d82a4100"],
    ["a key twice", "a2616101616102"],
    ["a key that is no text", "a10102"],
    ["a text that is no UTF-8", "61ff"],
    ["a surrogate as UTF-8", "63eda080"],
    ["an overlong text", "62c0af"],
    ["65 levels", `${"81".repeat(65)}80`],
  ])("parameters are refused that are %s", async (_, hex) => {
    const id = await net.deploy(ECHO);
    expect(await callRaw(id, Buffer.from(hex, "hex"))).toMatchObject({ exitCode: 21 });
  });

  test.each([
    ["1.5"],
    ["NaN"],
    ["2 ** 53"],
    ["2n ** 64n"],
    ["-(2n ** 63n) - 1n"],
    ["[undefined]"],
    ["[, 1]"],
    ["{ a: undefined }"],
    ["Symbol()"],
    ["{ [Symbol.iterator]: 1 }"],
    ["() => 1"],
    ["new Map()"],
    ["new Date(0)"],
    ["new (class A {})()"],
    ["Object.create({ a: 1 })"],
    ["Object.defineProperty({}, 'a', { value: 1 })"],
    ["new Uint16Array(1)"],
    ["new Proxy({}, {})"],
    ["new Proxy([], {})"],
    ["'\\ud800'"],
    ["{ '\\udc00': 1 }"],
    ["{ get a() { return 1; } }"],
    ["[1].concat(Object.defineProperty([0], 0, { get: () => 1, enumerable: true }), 1.5)"],
    ["(() => { const a = []; a[0] = a; return a; })()"],
  ])("%s is no data", async (expression) => {
    expect(await net.run(`() => (${expression})`)).toMatchObject({ exitCode: 21 });
  });

  test("-0 is 0, and holes that were filled are data", async () => {
    expect(await net.run("() => [-0, Object.create(null)]")).toMatchObject({ value: [0, {}] });
  });

  test("a value that cannot be encoded can be caught where it is given", async () => {
    const body = "(_, { state }) => { try { state.set(1.5); } catch ({ exitCode }) { return exitCode; } }";
    expect(await net.run(body)).toMatchObject({ exitCode: 0, value: 21 });
  });

  test("keys are in the order of DAG-CBOR", async () => {
    const id = await net.deploy("export const Echo = () => ({ bb: 1, a: 2, 10: 3, ab: 4 });");
    const { receipt } = await callRaw(id, new Uint8Array());
    expect(Buffer.from(receipt.returnData)).toEqual(Buffer.from(encode({ bb: 1, a: 2, 10: 3, ab: 4 })));
  });

  test("CIDs show themselves as other tools do", async () => {
    const id = await net.deploy(`
      import { Cid } from "fvm:actor";
      export const Show = (cid) => [\`\${cid}\`, cid instanceof Cid, cid.equals(new Cid(cid.bytes)), cid.bytes];`);
    const { value } = await net.call(id, "Show", CID.parse(CID_TEXT));
    expect(value).toEqual([CID_TEXT, true, true, CID.parse(CID_TEXT).bytes]);
  });
});

describe("how an invocation ends", () => {
  test.each([
    ["by fail", "() => { throw fvm.fail(17, 'gone'); }", 17, "gone"],
    [
      "by an exception",
      "() => { null.x; }",
      23,
      "TypeError: cannot read property 'x' of null (contract.js:2:28)",
    ],
    [
      "by an error of a class of its own",
      "() => { throw new (class E extends Error {})('x'); }",
      23,
      /^Error: x/,
    ],
    ["by what is no error", "() => { throw 'x'; }", 23, "thrown: x"],
    ["by an object", "() => { throw { toString: () => 1 }; }", 23, "thrown: an object"],
    [
      "by an error with the exit code of the system",
      "() => { throw Object.assign(new Error('x'), { exitCode: 7 }); }",
      23,
      /^Error: x/,
    ],
    ["in a promise", "async () => { throw fvm.fail(18, 'no'); }", 18, "no"],
    ["in a promise that nothing handles", "() => { Promise.reject(fvm.fail(18, 'no')); }", 18, "no"],
    ["by a promise that is pending", "() => new Promise(() => {})", 23, /pending/],
  ])("%s", async (_, body, exitCode, text) => {
    const outcome = await net.run(body);
    expect(outcome).toMatchObject({
      exitCode,
      text: typeof text === "string" ? text : expect.stringMatching(text),
    });
  });

  test.each([["0"], ["15"], ["1.5"], ["2 ** 32"]])("fail takes no exit code %s", async (code) => {
    expect(await net.run(`() => { throw fvm.fail(${code}); }`)).toMatchObject({ exitCode: 23 });
  });

  test.each<[string, unknown]>([
    ["async () => 5", 5],
    ["() => Promise.resolve().then(() => 6)", 6],
    ["async (_, { state }) => { state.set(1); await null; return state.get(); }", 1],
    ["() => { const failing = Promise.reject(1); return failing.catch(() => 7); }", 7],
    [
      "async () => { const all = []; for await (const x of [1, Promise.resolve(2)]) all.push(x); return all; }",
      [1, 2],
    ],
  ])("a promise's value counts: %s", async (body, value) => {
    expect(await net.run(body)).toMatchObject({ exitCode: 0, value });
  });

  test("nothing returned is no data", async () => {
    expect(await net.run("() => {}")).toMatchObject({ exitCode: 0, value: undefined });
  });
});
