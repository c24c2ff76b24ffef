/** The example tokens: one test for all languages. */

import { fileURLToPath } from "node:url";
import { decode } from "@ipld/dag-cbor";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ActorNetwork, type DeployedActor } from "../../src/sdk/network.js";
import { clangIsHere } from "../support/ebpf/clang.js";
import { skipLoudly } from "../support/skip.js";

interface Token {
  Transfer(params: readonly [to: number, amount: number]): Promise<void>;
  BalanceOf(owner: number): Promise<number>;
  TotalSupply(): Promise<number>;
}

const languages = ["javascript", "c"].filter((language) => {
  if (language !== "c" || clangIsHere()) return true;
  skipLoudly("Clang 18 or newer is not there: FVM_CLANG may name it");
  return false;
});

let network: ActorNetwork;
beforeAll(async () => {
  network = await ActorNetwork.create();
});
afterAll(() => network.close());

const eventOf = () =>
  network.events.map(({ entries }) =>
    Object.fromEntries(entries.map(({ key, value }) => [key, decode(value as Uint8Array)])),
  );

describe.each(languages)("a token in %s", (language) => {
  const folder = fileURLToPath(new URL(`../../examples/tokens/${language}`, import.meta.url));
  let token: DeployedActor<Token>;
  let [alice, bob] = [0, 0];
  beforeEach(async () => {
    [alice, bob] = network.accounts.map(({ id }) => id) as [number, number];
    token = await network.deploy<Token>(folder, [alice, 1000]);
  });

  test("belongs to its owner", async () => {
    expect(eventOf()).toEqual([{ from: 0, to: alice, amount: 1000 }]);
    expect(await token.client.TotalSupply()).toBe(1000);
    expect(await token.client.BalanceOf(alice)).toBe(1000);
    expect(await token.client.BalanceOf(bob)).toBe(0);
  });

  test("is transferred", async () => {
    await token.client.Transfer([bob, 300]);
    expect(eventOf()).toEqual([{ from: alice, to: bob, amount: 300 }]);
    const second = network.accounts[1];
    if (second === undefined) throw new Error("too few accounts");
    await token.as(second).Transfer([alice, 100]);
    expect([await token.client.BalanceOf(alice), await token.client.BalanceOf(bob)]).toEqual([800, 200]);
    await token.client.Transfer([alice, 800]);
    await token.client.Transfer([bob, 800]);
    expect([await token.client.BalanceOf(alice), await token.client.BalanceOf(bob)]).toEqual([0, 1000]);
  });

  test.each([
    [16, 0, "nothing to transfer"],
    [19, 1001, "not enough tokens"],
  ])("is not transferred, exit code %i", async (exitCode, amount, text) => {
    await expect(token.client.Transfer([bob, amount])).rejects.toMatchObject({
      details: { exitCode, reason: expect.stringContaining(text) },
    });
    expect(await token.client.BalanceOf(alice)).toBe(1000);
  });
});
