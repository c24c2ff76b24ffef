import { describe, expect, test } from "vitest";
import { failing, ScriptedNetwork, succeed } from "../call-manager/scripted-network.js";
import type { Actor } from "../call-manager/scripted-stack.js";

const GAS_LIMIT = 10_000_000;
const BURNT = 99;
const REWARD = 2;

function balances(net: ScriptedNetwork): { burnt: bigint; reward: bigint; sender: bigint } {
  const of = (id: number) => net.tree.getActor(id)?.balance ?? 0n;
  return { burnt: of(BURNT), reward: of(REWARD), sender: of(100) };
}

describe("what the sender pays is shared out", () => {
  test.each([
    ["a message that succeeds", succeed, 100n, 5n],
    ["a message that fails", failing(16), 100n, 5n],
    ["a fee cap below the base fee", succeed, 4n, 5n],
    ["a premium above the fee cap", succeed, 12n, 50n],
    ["no fee", succeed, 0n, 0n],
  ])("%s", async (_, contract, gasFeeCap, gasPremium) => {
    const net = await ScriptedNetwork.create({ actors: { contract, reward: succeed } });
    const before = balances(net);
    const result = await net.send("contract", { gasFeeCap, gasPremium, gasLimit: GAS_LIMIT });
    const after = balances(net);
    const { baseFeeBurn, overEstimationBurn, minerTip, refund } = result;
    expect(after.burnt - before.burnt).toBe(baseFeeBurn + overEstimationBurn);
    expect(after.reward - before.reward).toBe(minerTip);
    expect(before.sender - after.sender).toBe(gasFeeCap * BigInt(GAS_LIMIT) - refund);
    expect(baseFeeBurn + overEstimationBurn + minerTip + refund).toBe(gasFeeCap * BigInt(GAS_LIMIT));
    const used = BigInt(result.receipt.gasUsed);
    expect(baseFeeBurn).toBe((gasFeeCap < 10n ? gasFeeCap : 10n) * used);
    expect(result.penalty > 0n).toBe(gasFeeCap < 10n);
  });

  test("a fatal message pays for its whole limit", async () => {
    const fatal: Actor = () => ({ fatal: "" });
    const net = await ScriptedNetwork.create({ actors: { fatal, reward: succeed } });
    const result = await net.send("fatal", { gasFeeCap: 20n, gasLimit: GAS_LIMIT });
    expect(result).toMatchObject({ baseFeeBurn: 10n * BigInt(GAS_LIMIT), gasBurned: 0, gasRefund: 0 });
  });

  test("a sender that has deleted itself cannot be paid: there is no such message", async () => {
    const account: Actor = function* () {
      yield { syscall: "self.self_destruct", args: [1] };
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { account, reward: succeed } });
    const before = net.tree.flush();
    const refused = net.send("alice", { gasFeeCap: 20n, gasLimit: GAS_LIMIT });
    await expect(refused).rejects.toMatchObject({ code: "UNSETTLED_MESSAGE" });
    net.executor.abandon();
    expect(net.tree.flush()).toBe(before);
    // Without a refund it can.
    expect((await net.send("alice", { gasLimit: GAS_LIMIT })).receipt.exitCode).toBe(0);
    expect(net.tree.getActor(100)).toBeUndefined();
  });
});
