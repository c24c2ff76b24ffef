import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import { buildJavaScript } from "../../../src/runtimes/javascript/build.js";
import { JavaScriptNet } from "../../support/javascript/contract.js";

let folder: string;
let net: JavaScriptNet;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-build-"));
  net = await JavaScriptNet.create();
});
afterAll(() => {
  net.close();
  rmSync(folder, { recursive: true });
});

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a contract is built", () => {
  test("from TypeScript, with what it imports", async () => {
    mkdirSync(join(folder, "node_modules", "twice"), { recursive: true });
    written("node_modules/twice/package.json", `{ "name": "twice", "type": "module", "main": "index.js" }`);
    written("node_modules/twice/index.js", "export const twice = (x) => 2 * x;");
    written("limits.ts", "export const LIMIT: number = 100;");
    const entry = written(
      "contract.ts",
      `import { fail } from "fvm:actor";
      import { twice } from "twice";
      import { LIMIT } from "./limits.js";
      enum Code { TooMuch = 16 }
      export async function Double(value: number): Promise<number> {
        if (value > LIMIT) throw fail(Code.TooMuch, "too much");
        return twice(value);
      }
      export { Double as Again };
      export const helper = 1;`,
    );
    const { source, methods } = await buildJavaScript({ entry });
    expect(methods).toEqual(
      ["Again", "Double"].map((name) => ({ number: exportedMethodNumber(name), name })),
    );
    const id = await net.deploy(source);
    expect(await net.call(id, "Double", 21)).toMatchObject({ value: 42 });
    expect(await net.call(id, "Again", 21)).toMatchObject({ value: 42 });
    expect(await net.call(id, "Double", 101)).toMatchObject({ exitCode: 16, text: "too much" });
  });

  test.each([
    ["a source that is malformed", "export const = 1;", /contract-2\.js:1:13: ERROR/],
    ["an import that is not there", `import "nowhere";`, /nowhere/],
  ])("not from %s", async (_, text, output) => {
    const entry = written("contract-2.js", text);
    await expect(buildJavaScript({ entry })).rejects.toMatchObject({
      code: "COMPILER_FAILED",
      details: { source: entry, output: expect.stringMatching(output) },
    });
  });
});
