import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clangIsHere } from "../support/ebpf/clang.js";
import { skipLoudly } from "../support/skip.js";
import { fvm } from "./capture.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

let place: string;
beforeAll(() => {
  // Below the project, so that what it needs is found.
  mkdirSync(join(root, "build"), { recursive: true });
  place = mkdtempSync(join(root, "build", "actors-"));
  mkdirSync(join(place, "node_modules"));
  symlinkSync(root, join(place, "node_modules", "fvm-node"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("fvm actor new", () => {
  test("makes a folder", async () => {
    const { status } = await fvm("actor", "new", join(place, "made"), "--language", "c");
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(join(place, "made", "actor.json"), "utf8"))).toMatchObject({
      name: "made",
    });
    expect(JSON.parse(readFileSync(join(place, "made", "package.json"), "utf8"))).toMatchObject({
      scripts: { test: "fvm actor test" },
    });
  });

  test.each<[string, string[], string]>([
    ["without a language", ["other"], "--language is missing"],
    ["with a name that is none", ["Other", "--language", "c"], "Other is no name"],
    ["in a folder that is not empty", ["made", "--language", "c"], "is not empty"],
  ])("refuses to, %s", async (_, [name = "", ...options], text) => {
    const { status, notes } = await fvm("actor", "new", join(place, name), ...options);
    expect(status).not.toBe(0);
    expect(notes).toContain(text);
  });
});

describe.each(["javascript", "typescript"])("an actor in %s, from its template", (language) => {
  // The actor of these languages is large: each process compiles it, which takes seconds of a core.
  test("passes its tests", { timeout: 240_000 }, async () => {
    const folder = join(place, `a-${language}`);
    await fvm("actor", "new", folder, "--language", language);
    const { status, answer } = await fvm("actor", "test", folder);
    expect(answer).toContain("has the gas of 3 methods");
    expect(status).toBe(0);
  });
});

if (!clangIsHere()) skipLoudly("Clang 18 or newer is not there: FVM_CLANG may name it");
else {
  describe("an actor in C, from its template", () => {
    const folder = () => join(place, "my-counter");

    test("passes its tests, and its gas is kept", async () => {
      await fvm("actor", "new", folder(), "--language", "c");
      const { status, answer } = await fvm("actor", "test", folder());
      expect(answer).toContain("Increment is method 2922929132");
      expect(answer).toContain("has the gas of 3 methods");
      expect(status).toBe(0);
      expect(readFileSync(join(folder(), "my-counter.d.ts"), "utf8")).toContain("export interface MyCounter");
      expect(existsSync(join(folder(), "build", "my-counter.program"))).toBe(true);
    });

    test("fails when its gas is another", { timeout: 240_000 }, async () => {
      const table = join(folder(), "actor.gas.json");
      expect((await fvm("actor", "test", folder())).answer).toContain("gas is what actor.gas.json says");
      const kept = JSON.parse(readFileSync(table, "utf8"));
      writeFileSync(table, JSON.stringify({ ...kept, Count: { least: 1, most: 1 } }));
      const { status, answer } = await fvm("actor", "test", folder());
      expect(status).toBe(1);
      expect(answer).toContain(`Count: 1 gas, now ${kept.Count.most}`);
      expect((await fvm("actor", "test", folder(), "--update")).status).toBe(0);
      expect(JSON.parse(readFileSync(table, "utf8"))).toEqual(kept);
    });

    test("fails when a test does", async () => {
      writeFileSync(join(folder(), "failing.test.mjs"), "throw new Error('no');");
      expect((await fvm("actor", "test", folder())).status).toBe(1);
      rmSync(join(folder(), "failing.test.mjs"));
    });

    test("is not built with other methods than its description has", async () => {
      const file = join(folder(), "actor.json");
      const json = JSON.parse(readFileSync(file, "utf8"));
      const { Count: _, ...fewer } = json.methods;
      for (const methods of [{ ...json.methods, More: {} }, fewer]) {
        writeFileSync(file, JSON.stringify({ ...json, methods }));
        const { status, notes } = await fvm("actor", "build", folder());
        expect(status).not.toBe(0);
        expect(notes).toContain("INVALID_ACTOR");
      }
    });
  });
}
