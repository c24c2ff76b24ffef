import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { TestChain } from "../../support/chain.js";
import { hostileModules } from "../../support/hostile.js";
import { TestNet } from "../../support/net.js";

const GAS_LIMIT = 1_000_000_000;

let net: TestNet;
let chain: TestChain;

beforeAll(async () => {
  const code = hostileModules.map(async ({ name, wasm }) => [name, await wasm()] as const);
  net = await TestNet.create({ contracts: Object.fromEntries(await Promise.all(code)) });
  chain = await TestChain.on(net);
});
afterAll(() => chain.close());

describe("hostile modules", () => {
  test.each(hostileModules)("$name: exit $exit", async ({ name, exit }) => {
    const result = await chain.send({ to: net.id(name), method: 2, gasLimit: GAS_LIMIT });
    expectExit(result, exit);
    await expectHealthy();
  });

  test.each(hostileModules)("$name, called by another actor", async ({ name, exit }) => {
    const result = await chain.forward(
      { to: net.address(name), method: 2, gasLimit: GAS_LIMIT / 2 },
      GAS_LIMIT,
    );
    if (exit === "fatal") return expectExit(result.apply, "fatal");
    expect(result.sent).toEqual({ errno: 0, exitCode: exit, data: new Uint8Array() });
  });
});

function expectExit({ receipt }: ApplyResult, exit: (typeof hostileModules)[number]["exit"]): void {
  expect(receipt.exitCode).toBe(exit === "fatal" ? 10 : exit);
  expect(receipt.returnData).toHaveLength(0);
  if (exit === "fatal" || exit === 7) expect(receipt.gasUsed).toBe(GAS_LIMIT);
  else expect(receipt.gasUsed).toBeLessThan(GAS_LIMIT);
}

/** The machine goes on as if nothing had been. */
async function expectHealthy(): Promise<void> {
  const { receipt } = await chain.send({ to: net.id("token"), method: 3, params: Uint8Array.of(1) });
  expect(receipt).toMatchObject({ exitCode: 0, returnData: Uint8Array.of(0) });
}
