import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bundleFiles, bundleFolders, findBundle, findGenesis } from "../../../src/tools/bundles/folders.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fvm-folders-"));
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
  vi.stubEnv("FVM_BUNDLES", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function touch(...path: string[]): string {
  const file = join(root, ...path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "");
  return file;
}

test("the option, then the environment, then the cache", () => {
  const cache = join(root, "cache/fvm-node/bundles");
  expect(bundleFolders()).toEqual([cache]);
  expect(bundleFolders("/given")).toEqual(["/given", cache]);
  vi.stubEnv("FVM_BUNDLES", "/named");
  expect(bundleFolders()).toEqual(["/named", cache]);
  expect(bundleFolders("/given")).toEqual(["/given", "/named", cache]);
});

test("the first folder that has a bundle", () => {
  const folders = [join(root, "a"), join(root, "b")];
  const second = touch("b/v18/builtin-actors-mainnet.car");
  expect(findBundle(folders, { version: 18, network: "mainnet" })).toBe(second);
  const first = touch("a/v18/builtin-actors-mainnet.car");
  expect(findBundle(folders, { version: 18, network: "mainnet" })).toBe(first);
  const genesis = touch("b/genesis/here.car");
  expect(findGenesis(folders, "here")).toBe(genesis);
});

test("says where it looked", () => {
  const folders = [join(root, "a")];
  expect(() => findBundle(folders, { version: 18, network: "mainnet" })).toThrow(
    expect.objectContaining({
      code: "BUNDLE_NOT_FOUND",
      details: {
        version: "v18",
        network: "mainnet",
        folders,
        remedy: "fvm bundles fetch v18 --network mainnet",
      },
    }),
  );
  const unknown = { network: "nowhere", remedy: expect.stringContaining("v18/builtin-actors-nowhere.car") };
  expect(() => findBundle(folders, { version: 18, network: "nowhere" })).toThrow(
    expect.objectContaining({ code: "BUNDLE_NOT_FOUND", details: { version: "v18", folders, ...unknown } }),
  );
  expect(() => findGenesis(folders, "here")).toThrow(
    expect.objectContaining({
      code: "BUNDLE_NOT_FOUND",
      details: {
        version: "genesis",
        network: "here",
        folders,
        remedy: "put genesis/here.car into one of these folders",
      },
    }),
  );
});

test("all bundles of a folder, by version", () => {
  const paths = ["v9/b.car", "v9/a.car", "v10/a.car"].map((name) => touch("a", name));
  touch("a/v10/notes.txt");
  touch("a/other/x.car");
  const [b9, a9, a10] = paths;
  expect(bundleFiles(join(root, "a"))).toEqual([
    { path: a9, version: 9, size: 0 },
    { path: b9, version: 9, size: 0 },
    { path: a10, version: 10, size: 0 },
  ]);
  expect(bundleFiles(join(root, "absent"))).toEqual([]);
});
