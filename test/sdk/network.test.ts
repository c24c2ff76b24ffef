import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GAS_NOTES, gasDifferences, gasTable } from "../../src/sdk/gas-notes.js";
import { ActorNetwork } from "../../src/sdk/network.js";
import { builtCounter } from "../support/ebpf/built-counter.js";

interface Counter {
  Increment(by: number, options?: { value?: bigint }): Promise<number>;
}

let network: ActorNetwork;
beforeAll(async () => {
  network = await ActorNetwork.create();
});
afterAll(() => network.close());

test("an actor is created, called and keeps its state", async () => {
  const { client, id, address, robustAddress } = await network.deploy<Counter>(builtCounter(), 5);
  expect(await client.Increment(3)).toBe(8);
  expect(await client.Increment(2)).toBe(10);
  expect(address).toBe(`f0${id}`);
  expect(robustAddress).toMatch(/^f2/);
});

test("each actor has an address and a state of its own", async () => {
  const [first, second] = [
    await network.deploy<Counter>(builtCounter(), 1),
    await network.deploy<Counter>(builtCounter(), 10),
  ];
  expect(second.id).toBe(first.id + 1);
  expect(second.robustAddress).not.toBe(first.robustAddress);
  expect(await first.client.Increment(2)).toBe(3);
  expect(await second.client.Increment(2)).toBe(12);
});

test("value comes along with creation and calls, from whoever calls", async () => {
  const [, second, third] = network.accounts;
  if (second === undefined || third === undefined) throw new Error("too few accounts");
  const before = await network.balance(third.id);
  const actor = await network.deploy<Counter>(builtCounter(), 1, { from: second, value: 7n });
  await actor.as(third).Increment(2, { value: 4n });
  expect(await network.balance(actor.id)).toBe(11n);
  expect(await network.balance(third.id)).toBe(before - 4n);
});

describe("a failure is an error", () => {
  test.each([
    [0, 16, ""],
    [1, 24, "here: instruction 25: no such memory, at 0x1"],
  ])("of an increment by %i", async (by, exitCode, reason) => {
    const { client } = await network.deploy<Counter>(builtCounter(), 1);
    await expect(client.Increment(by)).rejects.toMatchObject({
      code: "ACTOR_FAILED",
      details: { method: "Increment", exitCode, reason: expect.stringContaining(reason) },
    });
    expect(await client.Increment(2)).toBe(3);
  });

  test("of a constructor", async () => {
    const { constructorParams, ...rest } = builtCounter();
    const broken = { ...rest, constructorParams: () => Uint8Array.of(0x80) };
    expect(constructorParams(new Uint8Array())).not.toEqual(Uint8Array.of(0x80));
    await expect(network.deploy(broken, 1)).rejects.toMatchObject({
      code: "ACTOR_FAILED",
      details: { method: "Constructor", exitCode: 21 },
    });
  });
});

test.each<[string, unknown[], string]>([
  ["a parameter of another type", ["three"], "a String is no u64"],
  ["no parameter", [], "undefined is no u64"],
  ["too many", [1, {}, 3], "3 arguments"],
])("%s is refused", async (_, args, reason) => {
  const { client } = await network.deploy(builtCounter(), 1);
  const increment = client.Increment as unknown as (...args: unknown[]) => Promise<unknown>;
  await expect(increment(...args)).rejects.toMatchObject({
    code: "INVALID_OPTION",
    details: { option: "Increment", reason },
  });
});

test("gas of methods is noted for whoever asks", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fvm-notes-"));
  vi.stubEnv(GAS_NOTES, join(folder, "gas"));
  try {
    const { client } = await network.deploy<Counter>(builtCounter(), 1);
    await client.Increment(2);
    const table = gasTable(join(folder, "gas"));
    expect(Object.keys(table)).toEqual(["Constructor", "Increment"]);
    const { least = 0, most = 0 } = table.Increment ?? {};
    expect(least).toBe(most);
    expect(gasDifferences(table, table)).toEqual([]);
    expect(gasDifferences({ ...table, Increment: { least: 1, most: 2 } }, table)).toEqual([
      `Increment: 1 to 2 gas, now ${most}`,
    ]);
    expect(gasDifferences({}, { A: { least: 5, most: 5 } })).toEqual(["A: none gas, now 5"]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
