import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isFvmError } from "../../../src/errors.js";
import { native } from "../../../src/native/index.js";
import { CodeCache, engineTag } from "../../../src/vm/machine/code-cache.js";
import { networkVersion } from "../../../src/vm/network/version.js";

/** (module (memory (export "memory") 1)), with a byte of its own in a custom section. */
function someModule(tag: number): Uint8Array {
  const memory = [5, 3, 1, 0, 1, 7, 10, 1, 6, ...Buffer.from("memory"), 2, 0];
  const code = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
  const body = [10, 4, 1, 2, 0, 0x0b];
  const custom = [0, 3, 1, 0x78, tag];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...code, ...memory, ...body, ...custom]);
}

const { engine: config } = networkVersion(28);
const { engine: legacyConfig } = networkVersion(16);
const tag = engineTag(config);
let folder: string;
let next = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-code-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An engine keeps what it has loaded, so each test compiles a module of its own. */
function compiled() {
  const wasm = someModule(++next);
  const code = native.cidOf(0x55, wasm);
  const cache = new CodeCache(join(folder, "code"));
  const engine = native.engine(config);
  expect(cache.load(engine, tag, code, wasm)).toBe("compiled");
  return { cache, code, engine, wasm };
}

describe("compiled code on disk", () => {
  test("is for the user only, and loads", () => {
    const { cache, code, engine, wasm } = compiled();
    expect(statSync(cache.folder).mode & 0o777).toBe(0o700);
    const [file] = readdirSync(cache.folder) as [string];
    expect(statSync(join(cache.folder, file)).mode & 0o777).toBe(0o600);
    expect(cache.load(engine, tag, code, wasm)).toBe("restored");
    expect(cache.list()).toEqual([{ name: file, bytes: statSync(join(cache.folder, file)).size }]);
    expect(cache.clear()).toBe(1);
    expect(cache.list()).toEqual([]);
  });

  test.each([
    [
      "a byte changed",
      (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1),
    ],
    ["the digest changed", (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)],
    ["cut short", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ["header only", (bytes: Buffer) => bytes.subarray(0, 200)],
    ["empty", () => Buffer.alloc(0)],
    ["something else", () => Buffer.from("not compiled code at all".repeat(100))],
  ])("is ignored and replaced if damaged: %s", (_name, damage) => {
    const { cache, code, engine, wasm } = compiled();
    const file = join(cache.folder, readdirSync(cache.folder)[0] as string);
    const good = readFileSync(file);
    const bad = Buffer.from(good);
    writeFileSync(file, damage(bad) ?? bad);
    expect(cache.load(engine, tag, code, wasm)).toBe("compiled");
    expect(readFileSync(file).equals(good)).toBe(true);
  });

  test("of another engine is refused", () => {
    const { cache, code } = compiled();
    const artifact = cache.read(code, tag) as Uint8Array;
    expect(native.engine(legacyConfig).restore(code, artifact)).toBe(false);
    expect(engineTag(legacyConfig)).not.toBe(tag);
  });

  test.each([0o770, 0o707, 0o722])("is not taken from a folder of mode %o", (mode) => {
    chmodSync(folder, mode);
    try {
      new CodeCache(folder);
    } catch (error) {
      expect(isFvmError(error, "UNSAFE_CODE_CACHE") && error.details.reason).toBe("others may write to it");
      return;
    }
    expect.unreachable();
  });

  test("is not taken from behind a link", () => {
    symlinkSync(folder, join(folder, "link"));
    expect(() => new CodeCache(join(folder, "link"))).toThrow("UNSAFE_CODE_CACHE");
  });

  test("that cannot be written costs only time", () => {
    const { cache, code } = compiled();
    rmSync(cache.folder, { recursive: true });
    expect(cache.write(code, tag, new Uint8Array(1))).toBe(false);
    expect(cache.read(code, tag)).toBeUndefined();
  });
});
