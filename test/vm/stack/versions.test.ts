/** The same scenario on every network version. */
import { beforeAll, describe, expect, test } from "vitest";
import { NEWEST_VERSION, OLDEST_VERSION } from "../../../src/vm/network/version.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { runScenario, type ScenarioOutcome, stepsOf } from "../../support/scenario.js";

const versions = Array.from(
  { length: NEWEST_VERSION - OLDEST_VERSION + 1 },
  (_, index) => OLDEST_VERSION + index,
);

describe.each(versions)("network version %i", (version) => {
  let net: TestNet;
  let outcome: ScenarioOutcome;
  const outcomeOnAMachine = async () => {
    const chain = await TestChain.on(net);
    const outcome = await runScenario(chain);
    chain.close();
    return outcome;
  };
  beforeAll(async () => {
    net = await TestNet.create({ version });
    outcome = await outcomeOnAMachine();
  });

  test.each(stepsOf(version))("$name: exit $exit", ({ name, exit }) => {
    expect(outcome.results.get(name)?.receipt.exitCode).toBe(exit);
  });

  test("is deterministic", async () => {
    expect(await outcomeOnAMachine()).toEqual(outcome);
  });

  test("leaves a state to go on from", async () => {
    const next = await TestChain.on(net, { stateRoot: outcome.stateRoot });
    const nonce = stepsOf(version).filter(({ from = "alice" }) => from === "alice").length;
    expect((await next.send({ to: net.bob.address, nonce })).receipt.exitCode).toBe(0);
    next.close();
  });
});
