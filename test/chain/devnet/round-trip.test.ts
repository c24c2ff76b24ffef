/** A devnet, written to a file, taken into a folder, validated there. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fvm } from "../../cli/capture.js";
import { devnetVersions } from "../../support/devnet.js";
import { fileOf } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";
import { bundleFile } from "../../support/test-data.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-devnet-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

async function made(name: string, ...argv: string[]): Promise<{ messages: number; tipsets: number }> {
  const { status, answer, notes } = await fvm("devnet", "--json", "--out", file(`${name}.car`), ...argv);
  expect({ status, notes }).toEqual({ status: 0, notes: "" });
  return JSON.parse(answer);
}

function imported(name: string, car = `${name}.car`) {
  return fvm("chain", "import", file(car), "--data", file(name), "--network", file(`${name}.network.json`));
}

/** Makes a chain, and validates what comes out. */
async function expectValid(name: string, argv: readonly string[]): Promise<void> {
  const { messages, tipsets } = await made(name, ...argv);
  expect((await imported(name)).status).toBe(0);
  const { status, answer } = await fvm("chain", "validate", "--data", file(name), "--json");
  expect(status).toBe(0);
  expect(JSON.parse(answer)).toMatchObject({ ok: true, from: 0, messages, tipsets: tipsets + 1 });
}

/** First blocks of real networks of version 27: of a test network, and of one that a Lotus node made. */
const FIRST_BLOCKS = [
  { name: "butterflynet", car: bundleFile("genesis/butterflynet-nv27.car"), bundle: "butterflynet" },
  { name: "lotus", car: fileOf("nv27-28", "snapshot.car.zst"), bundle: "testing-fake-proofs" },
];

describe.each(FIRST_BLOCKS)("a chain that begins with the state of $name", ({ name, car, bundle }) => {
  const actors = bundleFile(`v17/builtin-actors-${bundle}.car`);
  if (car === undefined || !existsSync(car) || actors === undefined) {
    skipLoudly(`devnets on real states: no first block of ${name}, or no bundle v17 of ${bundle}`);
    return;
  }
  test("is valid", async () => {
    const first = ["--genesis", car, "--bundle", bundle, "--network-version", "27"];
    await expectValid(name, [...first, "--tipsets", "6", "--mix", "mainnet", "--providers", "1"]);
  });
});

if (devnetVersions([16, 27, 28]).length < 3)
  skipLoudly("devnets, validated: no bundles v8, v17 and v18 of mainnet");
else {
  test.each([
    ["plain", ["--tipsets", "12", "--messages", "8"]],
    ["mainnet", ["--tipsets", "8", "--messages", "12", "--mix", "mainnet", "--providers", "2"]],
    ["oldest", ["--tipsets", "6", "--mix", "mainnet", "--providers", "1", "--network-version", "16"]],
    ["beacon", ["--tipsets", "8", "--beacon", "quicknet", "--null-rounds", "40"]],
    ["upgraded", ["--tipsets", "8", "--network-version", "27", "--network-upgrade", "28@4"]],
  ])("a chain is valid: %s", expectValid);

  test("a byte that differs is found, and its block named", async () => {
    await made("altered", "--tipsets", "3");
    const car = readFileSync(file("altered.car"));
    const place = car.lastIndexOf("valid proof");
    expect(place).toBeGreaterThan(0);
    car[place] = "V".charCodeAt(0);
    writeFileSync(file("altered.car"), car);
    const { status, notes } = await imported("altered");
    expect(status).toBe(2);
    expect(notes).toMatch(/bafy2bza\w+/);
  });
}
