import { describe, expect, test } from "vitest";
import { balanceOf, script, send, sent } from "./acts.js";
import { ALICE, failing, ScriptedNetwork, secpAddress, succeed } from "./scripted-network.js";
import type { Actor } from "./scripted-stack.js";

const GAS = 1000;
const GAS_LIMIT = 1_000_000_000;

describe("gas limits of sends", () => {
  const greedy: Actor = function* () {
    yield { gas: 10_000_000 * GAS };
    return { exit: 0 };
  };

  async function call(gasLimit: number | undefined, gasOfMessage = GAS_LIMIT) {
    let answer: unknown;
    const caller: Actor = function* () {
      answer = sent(yield send(net.address("greedy"), gasLimit === undefined ? {} : { gasLimit }));
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, greedy } });
    const { receipt } = await net.send("caller", { gasLimit: gasOfMessage });
    return { answer, receipt };
  }

  test("a callee that uses up its own has failed", async () => {
    const { answer, receipt } = await call(1_000_000);
    expect(answer).toEqual({ errno: 0, exit: 7, handle: 0 });
    expect(receipt.exitCode).toBe(0);
    expect(receipt.gasUsed).toBeLessThan(GAS_LIMIT / 100);
  });

  test("a callee that has enough", async () => {
    expect((await call(20_000_000)).answer).toEqual({ errno: 0, exit: 0, handle: 0 });
  });

  test.each([undefined, 2 * GAS_LIMIT])(
    "one without, or above what is left, takes all (%s)",
    async (limit) => {
      const { answer, receipt } = await call(limit, 5_000_000);
      expect(answer).toBeUndefined();
      expect(receipt).toMatchObject({ exitCode: 7, gasUsed: 5_000_000 });
    },
  );
});

describe("what a message pays once", () => {
  const OTHER = 102;
  const ACTOR_LOOKUP = 500_000;

  async function gasOf(exit: number): Promise<number> {
    const reader = script([balanceOf(OTHER)], exit);
    const caller: Actor = function* () {
      yield send(net.address("reader"));
      yield balanceOf(OTHER);
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, other: succeed, reader } });
    expect(net.id("other")).toBe(OTHER);
    return Number((await net.send("caller")).receipt.gasUsed);
  }

  test("is paid again after a call that failed", async () => {
    expect((await gasOf(16)) - (await gasOf(0))).toBe(ACTOR_LOOKUP);
  });
});

test("and by the next message", async () => {
  const net = await ScriptedNetwork.create({ actors: { reader: script([balanceOf(100), balanceOf(999)]) } });
  const first = await net.send("reader");
  expect((await net.send("reader")).receipt.gasUsed).toBe(first.receipt.gasUsed);
});

describe("return values", () => {
  const data = new Uint8Array(10);

  test.each([
    [28, 0, 13_000],
    [28, 16, 13_000],
    [18, 16, 13_000],
    [17, 0, 13_000],
    [17, 16, 0],
  ])("network version %i, exit %i: %i gas for 10 bytes", async (version, exit, gas) => {
    const used = async (value?: Uint8Array) => {
      const net = await ScriptedNetwork.create({ version, actors: { contract: failing(exit, value) } });
      const { receipt } = await net.send("contract");
      if (value !== undefined) expect(receipt.returnData).toEqual(gas === 0 ? new Uint8Array() : value);
      return Number(receipt.gasUsed);
    };
    expect((await used(data)) - (await used())).toBe(gas);
  });

  test.each([17, 18, 28])("network version %i: one that cannot be paid is lost", async (version) => {
    const options = { version, actors: { contract: failing(0, new Uint8Array(100_000)) } };
    const net = await ScriptedNetwork.create(options);
    const { receipt } = await net.send("contract", { gasLimit: 3_000_000, value: 5n });
    expect(receipt).toMatchObject({ exitCode: 7, gasUsed: 3_000_000, returnData: new Uint8Array() });
    expect(net.actor("contract").balance).toBe(1000n);
  });
});

test("a new account costs its address, its place and its constructor", async () => {
  const net = await ScriptedNetwork.create();
  const toNew = await net.send(secpAddress(9), { method: 0 });
  const toSelf = await net.send(ALICE, { method: 0 });
  // OnCreateActor 2,700,000, look-up and update of the account, 75,000 for the constructor.
  expect(Number(toNew.receipt.gasUsed) - Number(toSelf.receipt.gasUsed)).toBe(2_700_000 + 975_000 + 75_000);
});
