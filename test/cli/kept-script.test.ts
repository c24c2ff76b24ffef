import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KeptScript } from "../../src/cli/kept-script.js";
import { native } from "../../src/native/index.js";

const SOURCE = "(function () { return 42; })";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-script-"));
  vi.stubEnv("FVM_CODE_CACHE", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const find = (name = "some") => KeptScript.find(name, native.blake2b) as KeptScript;

/** Keeps what V8 makes of the source. */
function kept(): { file: string; bytes: Buffer } {
  const script = new Script(SOURCE);
  expect(script.runInThisContext()()).toBe(42);
  find().keep(script);
  const [name] = readdirSync(folder) as [string];
  const file = join(folder, name);
  return { file, bytes: readFileSync(file) };
}

describe("code of a script on disk", () => {
  test("is taken by V8, and is for the user only", () => {
    const { file } = kept();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const script = new Script(SOURCE, find().options);
    expect(script.cachedDataRejected).toBe(false);
    expect(script.runInThisContext()()).toBe(42);
    expect(find("other").options).toEqual({});
  });

  test.each([
    ["a byte changed", (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200)],
    ["its size of code changed", (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(36) ^ 1, 36)],
    ["the digest changed", (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)],
    ["cut short", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ["header only", (bytes: Buffer) => bytes.subarray(0, 40)],
    ["empty", () => Buffer.alloc(0)],
  ])("is not used if damaged: %s", (_name, damage) => {
    const { file, bytes } = kept();
    const bad = Buffer.from(bytes);
    writeFileSync(file, damage(bad) ?? bad);
    expect(find().options).toEqual({});
    writeFileSync(file, bytes);
    expect(find().options).not.toEqual({});
  });

  test("is written again if V8 refuses it", () => {
    const { file } = kept();
    const script = new Script(`${SOURCE} `, find().options);
    expect(script.cachedDataRejected).toBe(true);
    find().keep(script);
    expect(new Script(`${SOURCE} `, find().options).cachedDataRejected).toBe(false);
    expect(readdirSync(folder)).toEqual([file.slice(folder.length + 1)]);
  });

  test("is not used in a folder that others may write to", () => {
    kept();
    chmodSync(folder, 0o777);
    expect(KeptScript.find("some", native.blake2b)).toBeUndefined();
  });
});

describe("the program", () => {
  const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const fvm = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const files = () => readdirSync(folder).map((name) => join(folder, name));

  test("keeps its code once for each command, again when more of it has run, and answers the same", () => {
    const help = fvm("networks", "--help");
    const [file] = files() as [string];
    expect(files().map((path) => path.replace(folder, ""))).toEqual([
      expect.stringMatching(/^.program-\w+-\w+-networks-\d+\.v8$/),
    ]);
    utimesSync(file, 1, 1);
    expect(fvm("networks", "--help")).toEqual(help);
    expect(statSync(file).mtimeMs).toBe(1000);
    const answer = fvm("networks");
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(statSync(file).mtimeMs).not.toBe(1000);
    utimesSync(file, 1, 1);
    expect(fvm("networks")).toEqual(answer);
    expect(fvm("networks", "--help")).toEqual(help);
    expect(statSync(file).mtimeMs).toBe(1000);
    expect(files()).toEqual([file]);
  });

  test("loads modules that it does not contain, with code that is kept, too", () => {
    const run = () => {
      const { stdout, ...rest } = fvm("run");
      return { ...rest, stdout: stdout.replaceAll(/[\d.]+ ms/g, "") };
    };
    const first = run();
    expect(first).toMatchObject({ status: 0 });
    expect(run()).toEqual(first);
  });

  test("keeps nothing of a mistake, nor where it should clear", () => {
    expect(fvm("dance").status).toBe(2);
    expect(fvm("cache", "clear")).toMatchObject({ status: 0 });
    expect(files()).toEqual([]);
  });

  test("lists its code and removes it", () => {
    fvm("networks");
    expect(fvm("cache", "list").stdout).toContain("program-");
    expect(fvm("cache", "clear").stdout).toContain("1 files removed");
    expect(files()).toEqual([]);
  });

  test("does without where it cannot keep its code", () => {
    chmodSync(folder, 0o777);
    expect(fvm("networks")).toMatchObject({ status: 0, stderr: "" });
    expect(files()).toEqual([]);
  });
});
