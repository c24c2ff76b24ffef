/** A devnet, written to a file, taken into a folder, validated there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fvm } from "../../cli/capture.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

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

if (devnetVersions([16, 27, 28]).length < 3)
  skipLoudly("devnets, validated: no bundles v8, v17 and v18 of mainnet");
else {
  test.each([
    ["plain", ["--tipsets", "12", "--messages", "8"]],
    ["mainnet", ["--tipsets", "8", "--messages", "12", "--mix", "mainnet", "--providers", "2"]],
    ["oldest", ["--tipsets", "6", "--mix", "mainnet", "--providers", "1", "--network-version", "16"]],
    ["upgraded", ["--tipsets", "8", "--network-version", "27", "--network-upgrade", "28@4"]],
  ])("a chain is valid: %s", async (name, argv) => {
    const { messages, tipsets } = await made(name, ...argv);
    expect((await imported(name)).status).toBe(0);
    const { status, answer } = await fvm("chain", "validate", "--data", file(name), "--json");
    expect(status).toBe(0);
    expect(JSON.parse(answer)).toMatchObject({ ok: true, from: 0, messages, tipsets: tipsets + 1 });
  });

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
