import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fvm } from "./capture.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-doctor-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  vi.stubEnv("FVM_BUNDLES", "");
  vi.stubEnv("FVM_CODE_CACHE", "");
  mkdirSync(join(folder, "fvm-node", "bundles", "v18"), { recursive: true });
  writeFileSync(join(folder, "fvm-node", "bundles", "v18", "builtin-actors-mainnet.car"), "");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const examined = async () => JSON.parse((await fvm("doctor", "--json")).answer);

describe("fvm doctor", () => {
  test("finds the addon, its parts and what they keep", async () => {
    const { versions, addon, code, memory } = await examined();
    expect(versions.node).toBe(process.versions.node);
    expect(versions.wasmtime).toMatch(/^\d+\.\d+\.\d+$/);
    expect(addon.file).toMatch(/fvm\.node$/);
    expect(addon.bytes).toBeGreaterThan(1_000_000);
    expect(code).toEqual({ folder: join(folder, "fvm-node", "code"), files: 0, bytes: 0 });
    const names = memory.kept.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["blocks", "decoded", "code", "memories", "stacks"]);
    expect(Object.keys(memory.native)).toContain("frames");
  });

  test("names bundles that are there, and how to get others", async () => {
    const { bundles, missing } = await examined();
    const here = bundles.versions.filter(({ file }: { file?: string }) => file !== undefined);
    expect(
      here.map(({ actors, networks }: { actors: number; networks: number[] }) => [actors, networks]),
    ).toEqual([[18, [28]]]);
    expect(missing).toContainEqual({
      what: "builtin actors v16 (nv25, nv26)",
      neededFor: expect.any(String),
      remedy: "fvm bundles fetch v16 --network mainnet",
    });
    expect(JSON.stringify(missing)).not.toContain("actors v18");
  });

  test("says what the processor is used for", async () => {
    vi.stubEnv("FVM_PROTECTION_KEYS", "0");
    const { machine } = await examined();
    vi.stubEnv("FVM_PROTECTION_KEYS", undefined);
    if (process.platform !== "linux" || process.arch !== "x64") expect(machine.features).toBeUndefined();
    else expect(machine.features["protection keys"]).toBe(false);
  });

  test("has optional packages with their versions", async () => {
    const { packages } = await examined();
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(Object.keys(packages).sort()).toEqual(Object.keys(manifest.peerDependencies).sort());
    expect(packages["prom-client"]).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("says the same to people", async () => {
    const { status, answer } = await fvm("doctor");
    expect(status).toBe(0);
    expect(answer).toMatch(/^bundles +v18 in /m);
    expect(answer).toMatch(
      /^ {2}builtin actors v16 \(nv25, nv26\), for real actors.+: fvm bundles fetch v16/m,
    );
  });
});
