import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { balanceOf, send } from "../call-manager/acts.js";
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

describe("what every message pays is there for whoever looks", () => {
  const fees = { gasFeeCap: 20n, gasPremium: 5n, gasLimit: GAS_LIMIT };
  /** Returns the balances of burnt funds and reward as an actor sees them. */
  const looker: Actor = function* () {
    const burnt = yield balanceOf(BURNT);
    const reward = yield balanceOf(REWARD);
    return { exit: 0, data: Uint8Array.of(...burnt.bytes, ...reward.bytes) };
  };
  const seen = ({ receipt }: ApplyResult) => {
    const words = new BigUint64Array(receipt.returnData.slice().buffer);
    return { burnt: words[0], reward: words[2] };
  };

  test("in the middle of a later message, also of one that is reverted", async () => {
    const net: ScriptedNetwork = await ScriptedNetwork.create({
      actors: {
        looker,
        failing: function* () {
          yield balanceOf(BURNT);
          yield send(idAddress(BURNT), { value: 3 });
          return { exit: 16 };
        },
        outer: function* () {
          yield send(net.address("failing"));
          const burnt = yield balanceOf(BURNT);
          return { exit: 0, data: Uint8Array.of(...burnt.bytes, ...burnt.bytes) };
        },
        reward: succeed,
      },
    });
    let [burnt, reward] = [0n, 0n];
    for (const contract of ["looker", "looker", "failing", "outer", "failing", "failing", "looker"]) {
      const result = await net.send(contract, fees);
      if (contract === "looker") expect(seen(result)).toEqual({ burnt, reward });
      if (contract === "outer") expect(seen(result)).toEqual({ burnt, reward: burnt });
      burnt += result.baseFeeBurn + result.overEstimationBurn;
      reward += result.minerTip;
    }
    expect(burnt > 0n && reward > 0n).toBe(true);
    expect(balances(net)).toMatchObject({ burnt, reward });
  });

  test("by the actor itself, whose balance C++ is lent", async () => {
    const net = await ScriptedNetwork.create({
      actors: {
        reward: function* () {
          const own = yield { syscall: "self.current_balance", args: [] };
          return { exit: 0, data: own.bytes };
        },
      },
    });
    let reward = 0n;
    for (let i = 0; i < 3; i++) {
      const result = await net.send(idAddress(REWARD), fees);
      expect(new BigUint64Array(result.receipt.returnData.slice().buffer)[0]).toBe(reward);
      reward += result.minerTip;
    }
  });

  test("a reward that spends it, and one that deletes itself", async () => {
    let spends = 5n;
    const net: ScriptedNetwork = await ScriptedNetwork.create({
      actors: {
        reward: function* () {
          if (spends > 0n) yield send(net.address("contract"), { value: Number(spends) });
          else yield { syscall: "self.self_destruct", args: [1] };
          return { exit: 0 };
        },
        contract: succeed,
      },
    });
    const { minerTip } = await net.send("contract", fees);
    const spent = await net.send(idAddress(REWARD), { ...fees, method: 3 });
    expect(net.tree.getActor(REWARD)?.balance).toBe(minerTip + spent.minerTip - 5n);
    const burnt = net.tree.getActor(BURNT)?.balance ?? 0n;
    spends = 0n;
    // It is gone before the message's own tip could be paid.
    await expect(net.send(idAddress(REWARD), fees)).rejects.toMatchObject({
      code: "UNSETTLED_MESSAGE",
      details: { reason: "no actor f02 to pay" },
    });
    net.executor.abandon();
    expect(net.tree.getActor(REWARD)?.balance).toBe(minerTip + spent.minerTip - 5n);
    expect(net.tree.getActor(BURNT)?.balance).toBe(burnt);
    // Without a tip it can go, and what it had is burnt.
    const last = await net.send(idAddress(REWARD), { ...fees, gasPremium: 0n });
    expect(net.tree.getActor(REWARD)).toBeUndefined();
    expect(net.tree.getActor(BURNT)?.balance).toBe(
      burnt + minerTip + spent.minerTip - 5n + last.baseFeeBurn + last.overEstimationBurn,
    );
    await expect(net.send("contract", fees)).rejects.toMatchObject({ code: "UNSETTLED_MESSAGE" });
  });

  test("a message tells its own payments apart from those before it", async () => {
    const net = await ScriptedNetwork.create({ actors: { contract: succeed, reward: succeed } });
    await net.send("contract", fees);
    for (let i = 0; i < 2; i++) {
      const result = await net.send("contract", fees, { changes: true });
      const { baseFeeBurn, overEstimationBurn, minerTip, refund } = result;
      const paid = refund - 20n * BigInt(GAS_LIMIT);
      expect(result.changes).toEqual({
        actors: new Map<number, object>([
          [REWARD, { kind: "changed", balance: minerTip }],
          [BURNT, { kind: "changed", balance: baseFeeBurn + overEstimationBurn }],
          [100, { kind: "changed", nonce: i + 2, balance: paid }],
        ]),
        addresses: new Map(),
      });
    }
    expect((await net.send("contract", fees)).changes).toBeUndefined();
    const refused = await net.send("contract", { ...fees, nonce: 77 }, { changes: true });
    expect(refused).toMatchObject({ failure: { kind: "preflight" } });
    expect(refused.changes).toEqual({ actors: new Map(), addresses: new Map() });
  });
});
