import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ownTipsetVector, ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

let folder: string;
let path: string;
let vector: VectorJson;
let gasUsed: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-gas-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", folder);
  vector = await ownVector(folder);
  path = file("vector.json", JSON.stringify(vector));
  gasUsed = vector.postconditions.receipts.reduce((sum, { gas_used }) => sum + gas_used, 0);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Sum of the gas of a table: the number before the share. */
function tableSum(table: string): number {
  const amounts = [...table.matchAll(/ ([\d,]+) +\d+\.\d\d %/g)].map(([, amount = ""]) => amount);
  return amounts.reduce((sum, amount) => sum + Number(amount.replaceAll(",", "")), 0);
}

describe("gas", () => {
  test("of a vector, as tables that add up", async () => {
    const { status, answer, notes } = await fvm("gas", path);
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    const [headline, ...tables] = answer.split("\n\n");
    expect(headline).toBe(`3 messages, 2 failed · ${gasUsed.toLocaleString("en-US")} gas`);
    expect(tables).toHaveLength(3);
    for (const table of tables) expect(tableSum(table)).toBe(gasUsed);
  });

  test.each(["actor", "method", "category", "charge", "syscall"])("by %s", async (by) => {
    const [, table = "", ...more] = (await fvm("gas", path, "--by", by)).answer.split("\n\n");
    expect(more).toEqual([]);
    expect(tableSum(table)).toBe(gasUsed);
  });

  test("of tipsets, with rewards and cron", async () => {
    const tipsets = await ownTipsetVector(folder);
    const { status, answer } = await fvm("gas", file("tipsets.json", JSON.stringify(tipsets)), "--json");
    const { receipts } = tipsets.postconditions;
    const profile = JSON.parse(answer);
    expect({ status, messages: profile.messages }).toEqual({ status: 0, messages: receipts.length });
    expect(profile.gasUsed).toBe(receipts.reduce((sum, { gas_used }) => sum + gas_used, 0));
    expect(profile.methods.map(({ name }: { name: string }) => name)).toContain("cron.EpochTick");
  });

  test("as JSON, in milligas", async () => {
    const profile = JSON.parse((await fvm("gas", path, "--json", "--addresses")).answer);
    expect(profile).toMatchObject({ messages: 3, failed: 2, gasUsed, beyondLimit: 0 });
    for (const list of ["actors", "methods", "categories", "charges", "syscalls"]) {
      const sum = profile[list].reduce((sum: number, line: { total: number }) => sum + line.total, 0);
      expect([list, sum]).toEqual([list, gasUsed * 1000]);
    }
    expect(profile.actors.map(({ name }: { name: string }) => name).join()).toMatch(/account f0\d+/);
  });

  test("as files for speedscope and pprof", async () => {
    const [speedscope, pprof] = [join(folder, "gas.json"), join(folder, "gas.pb.gz")];
    const { status, notes } = await fvm("gas", path, "--speedscope", speedscope, "--pprof", pprof);
    expect({ status, notes }).toEqual({
      status: 0,
      notes: `${speedscope}: 4 profiles\n${pprof}: 3 messages`,
    });
    const { profiles } = JSON.parse(readFileSync(speedscope, "utf8"));
    expect(profiles.map(({ name }: { name: string }) => name)).toEqual([
      "all messages",
      ...[0, 1, 2].map((i) => `own-network: message ${i}`),
    ]);
    expect(profiles[0].endValue).toBe(gasUsed);
    const { sample } = Profile.decode(gunzipSync(readFileSync(pprof)));
    expect(sample.reduce((sum, { value }) => sum + Number(value[0]), 0)).toBe(gasUsed);
  });

  test("of a vector that does not come out as it says ends with 1", async () => {
    const wrong = structuredClone(vector);
    Object.assign(wrong.postconditions.receipts[0] ?? {}, { exit_code: 5 });
    const { status, notes } = await fvm("gas", file("wrong.json", JSON.stringify(wrong)));
    expect(status).toBe(1);
    expect(notes).toContain("exit code: expected 5 (SYS_INVALID_RECEIVER), got 0 (OK)");
  });

  test.each([
    [["--by", "colour"], /^fvm: --by is colour, not actor or method or/],
    [["--speedscope", "/nowhere/x.json"], /^fvm: --speedscope is .* cannot be written/],
    [["--pprof", "/"], /^fvm: --pprof is \/, a folder/],
  ])("%j is one line and exit code 2", async (argv, line) => {
    const { status, answer, notes } = await fvm("gas", path, ...argv);
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
    expect(notes).toMatch(line);
    expect(notes.split("\n")).toHaveLength(1);
  });
});
