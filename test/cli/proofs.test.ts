import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAINNET_PROOFS } from "../../src/storage-proofs/parameters.js";
import { fvm } from "./capture.js";

const key = MAINNET_PROOFS.keys.windowPost[3];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-cli-proofs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("fvm proofs list names all files with their CIDs, and says which are there", async () => {
  writeFileSync(join(folder, key?.name ?? ""), "no key");
  const { status, answer, notes } = await fvm("proofs", "list", "--proof-keys", folder);
  expect(status).toBe(0);
  const lines = answer.split("\n");
  expect(lines).toHaveLength(21);
  expect(lines.filter((line) => line.includes("  there ")).map((line) => line.trim())).toEqual([
    expect.stringContaining(`${key?.cid}  ${key?.name}`),
  ]);
  expect(notes).toBe(`1 of 21 in ${folder}`);
});

test("fvm proofs check finds a file that is not the published one", async () => {
  const { status, answer } = await fvm("proofs", "check", "--proof-keys", folder, "--json");
  const { ok, files } = JSON.parse(answer);
  expect({ status, ok }).toEqual({ status: 1, ok: false });
  const states = files.map(({ state }: { state: string }) => state);
  expect(states.filter((state: string) => state !== "missing")).toEqual(["wrong"]);
});

test("fvm proofs check of an empty folder is no success", async () => {
  expect(await fvm("proofs", "check", "--proof-keys", join(folder, "none"))).toMatchObject({ status: 1 });
});

test("fvm proofs import refuses a file with another digest", async () => {
  const file = join(folder, key?.name ?? "");
  const { status, notes } = await fvm("proofs", "import", file, "--proof-keys", join(folder, "target"));
  expect(status).toBe(2);
  expect(notes).toContain(`not ${key?.digest}`);
});
