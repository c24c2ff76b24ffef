/** Where files are kept, and that nothing is written to the working folder unasked. Runs the built package. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cacheFolder, requireCacheFolder } from "../../src/util/cache-folder.js";

const index = new URL("../../dist/index.js", import.meta.url).href;
const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: string;
let scripts: string;
beforeEach(() => {
  scripts = mkdtempSync(join(tmpdir(), "fvm-scripts-"));
  folder = mkdtempSync(join(tmpdir(), "fvm-home-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  rmSync(scripts, { recursive: true });
});

describe("the cache folder", () => {
  test("is in the home folder, or where the environment says", () => {
    vi.stubEnv("XDG_CACHE_HOME", "");
    expect(cacheFolder()).toBe(join(homedir(), ".cache/fvm-node"));
    vi.stubEnv("XDG_CACHE_HOME", "/elsewhere");
    expect(cacheFolder()).toBe("/elsewhere/fvm-node");
  });

  test("is never a relative path", () => {
    vi.stubEnv("XDG_CACHE_HOME", "here");
    expect(cacheFolder()).toBe(join(homedir(), ".cache/fvm-node"));
    for (const home of ["", "here", "./here"]) {
      vi.stubEnv("HOME", home);
      expect(cacheFolder()).toBeUndefined();
      expect(requireCacheFolder).toThrow("NO_CACHE_FOLDER");
    }
  });
});

/** Runs with an empty HOME, in a folder that must stay empty. */
function homeless(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { FVM_CODE_CACHE: _, FVM_BUNDLES: __, XDG_CACHE_HOME: ___, ...rest } = process.env;
  const end = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...rest, HOME: "", ...env },
  });
  expect(readdirSync(folder)).toEqual([]);
  return end;
}

const useMachines = `
  const { Genesis, Machine, MemoryBlockstore, TipsetPool } = await import(${JSON.stringify(index)});
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
  const builtins = Object.fromEntries(names.map((name) => [name, empty]));
  const blockstore = new MemoryBlockstore();
  const stateRoot = await new Genesis(blockstore, { network: 28, networkName: "t", builtins }).write();
  for (let i = 0; i < 3; i++) (await Machine.create({ network: 28, stateRoot, blockstore, epoch: 1 })).close();
  const node = "data:text/javascript,export default () => ({})";
  const pool = await TipsetPool.create(new URL(node), { workers: 2 });
  await Promise.allSettled([1, 2].map(() => pool.executeMessages(stateRoot, { epoch: 1, timestamp: 0, baseFee: 0n }, [])));
  await pool.close();`;

describe("without a home", () => {
  test("machines keep no code, and the process says so once", () => {
    const script = join(scripts, "machines.mjs");
    writeFileSync(script, useMachines);
    const { status, stderr } = homeless([script]);
    expect(stderr.match(/FVM_NO_CODE_CACHE/g)).toHaveLength(1);
    expect(stderr).toContain("compiled actors are not kept: there is no home folder");
    expect(status, stderr).toBe(0);
  });

  test.each([
    ["bundles", "fetch", "v18"],
    ["bundles", "list"],
    ["cache", "list"],
    ["cache", "clear"],
    ["cache", "warm", "28"],
  ])("fvm %s %s says what is missing, in a line", (...args) => {
    const { status, stderr } = homeless([program, ...args]);
    expect(stderr).toMatch(/^.*NO_CACHE_FOLDER.*there is no home folder.*\n$/);
    expect(status).toBe(2);
  });
});
