/** Gas estimates of contracts whose limits are shares of what is left, of senders without means, and as Lotus makes them. */
import { beforeAll, describe, expect, test } from "vitest";
import { isFvmError } from "../../src/errors.js";
import type { SimulatedMessage } from "../../src/simulate/message.js";
import type { EstimateOptions, Simulator } from "../../src/simulate/simulator.js";
import { type AbiValue, abiFunction, encodeCall } from "../support/evm/abi.js";
import type { DeployedContract } from "../support/evm/deployed-contract.js";
import { ethAccount } from "../support/evm/evm-chain.js";
import { onEachVersion } from "../support/evm/on-each-version.js";
import { invocation, simulatorOf } from "../support/evm/simulated-chain.js";
import { contract } from "../support/evm/solidity.js";

const CALL = "call(address,bytes)";
const data = (signature: string, ...values: AbiValue[]) => encodeCall(abiFunction(signature), values);

onEachVersion(
  (net) => {
    let caller: DeployedContract;
    let callee: DeployedContract;
    let recursion: DeployedContract;
    let context: DeployedContract;
    let simulator: Simulator;
    beforeAll(async () => {
      const chain = net.chain();
      caller = await chain.deploy(contract("calls.sol", "Caller"));
      callee = await chain.deploy(contract("calls.sol", "Callee"));
      recursion = await chain.deploy(contract("recursion.sol", "Recursion"));
      context = await chain.deploy(contract("context.sol", "Context"));
      simulator = await simulatorOf(chain);
    });

    /** The estimate, which does the same as the most gas, and not so with one unit less. */
    async function checked(message: SimulatedMessage, options: EstimateOptions = {}) {
      const estimate = await simulator.estimateGas(message, options);
      const { gasLimit } = estimate;
      const seen = async (limit: number) => {
        const { receipt } = await simulator.call({ ...message, gasLimit: limit }, {});
        if (options.same === "exitCode") return receipt.exitCode;
        return `${receipt.exitCode} ${receipt.returnData} ${receipt.eventsRoot}`;
      };
      const most = await seen(Number(message.gasLimit ?? 10_000_000_000));
      expect(await seen(gasLimit)).toBe(most);
      if (options.same !== "calls") expect(await seen(gasLimit - 1)).not.toBe(most);
      return { ...estimate, used: Number(estimate.result.receipt.gasUsed) };
    }
    const from = ethAccount(2).address;

    test("a message without calls needs what it uses", async () => {
      const { gasLimit, used, executions } = await checked({
        ...invocation(callee.eth, "set(uint256)", 7n),
        from,
      });
      expect([gasLimit, executions]).toEqual([used, 3]);
    });

    test("a call within gets 63/64: at depth one to eight, four executions are enough", async () => {
      for (let depth = 1n; depth <= 8n; depth++) {
        const message = {
          ...invocation(recursion.eth, "pingPong(address,uint256)", recursion.eth, depth),
          from,
        };
        const { gasLimit, used, executions } = await checked(message);
        expect(gasLimit).toBeGreaterThanOrEqual(used);
        expect(executions).toBeLessThanOrEqual(4);
      }
    });

    test("delegated and read-only calls, and calls with a limit of their own", async () => {
      const set = data("set(uint256)", 5n);
      for (const message of [
        invocation(caller.eth, "delegate(address,bytes)", callee.eth, set),
        invocation(caller.eth, "look(address,bytes)", callee.eth, data("read()")),
        invocation(caller.eth, "callWithGas(address,bytes,uint256)", callee.eth, set, 8_000_000n),
      ]) {
        expect((await checked({ ...message, from })).executions).toBeLessThanOrEqual(4);
      }
    });

    test("a call that reverts is an outcome, too", async () => {
      const { result } = await checked({ ...invocation(callee.eth, "refuse()"), from });
      expect(result.receipt.exitCode).toBe(33);
      const caught = await checked({ ...invocation(caller.eth, CALL, callee.eth, data("refuse()")), from });
      expect(caught.result.receipt.exitCode).toBe(0);
    });

    test("what tells how much gas it sees does the same with no other limit; its exit code is the same with less", async () => {
      const message = { ...invocation(context.eth, "gas()"), from, gasLimit: 50_000_000 };
      expect(await checked(message)).toMatchObject({ gasLimit: 50_000_000, executions: 3 });
      const { gasLimit, used } = await checked(message, { same: "exitCode" });
      expect(gasLimit).toBe(used);
    });

    test("calls whose failure is caught: the outcome is the same with less gas than all calls need", async () => {
      const message = { ...invocation(recursion.eth, "dive(uint256)", 3n), from };
      const all = await checked(message, { same: "calls" });
      const { gasLimit } = await checked(message);
      expect(gasLimit).toBeLessThanOrEqual(all.gasLimit);
      const ignoring = {
        ...invocation(caller.eth, "callWithGas(address,bytes,uint256)", callee.eth, data("who()"), 1n),
        from,
      };
      await checked(ignoring);
    });

    test("another length on chain costs 1,300 gas a byte", async () => {
      const message = { ...invocation(callee.eth, "set(uint256)", 7n), from };
      const [short, long] = [
        await checked({ ...message, rawLength: 200 }),
        await checked({ ...message, rawLength: 300 }),
      ];
      expect(long.gasLimit - short.gasLimit).toBe(130_000);
    });

    test("a sender who cannot pay for a block's gas, but for the message's", async () => {
      const message = {
        ...invocation(callee.eth, "set(uint256)", 7n),
        from,
        gasFeeCap: 10n ** 12n,
        rawLength: 300,
      };
      const overrides = [[from, { balance: 10n ** 12n * 20_000_000n }]] as const;
      const free = await simulator.estimateGas({ ...message, gasFeeCap: 0n });
      const { gasLimit, executions } = await simulator.estimateGas(message, { overrides });
      expect([gasLimit, executions]).toEqual([free.gasLimit, 4]);
    });

    test.each([
      ["pays for nothing", { gasFeeCap: 10n ** 30n }, /balance less than needed/],
      ["has another nonce", { nonce: 77 }, /sequence invalid/],
      ["gives too little gas", { gasLimit: 1_000_000 }, /Out of gas|runs out of 1000000 gas/],
    ])("a message that %s has no estimate, in a line", async (_, fields, reason) => {
      const estimating = simulator.estimateGas({
        ...invocation(callee.eth, "set(uint256)", 7n),
        from,
        ...fields,
      });
      await expect(estimating).rejects.toSatisfy((error) => isFvmError(error, "NO_GAS_ESTIMATE"));
      await expect(estimating).rejects.toThrow(reason);
    });

    test("a contract as the sender", async () => {
      const message = { ...invocation(callee.eth, "who()"), from: caller.address };
      expect((await checked(message)).result.kind).toBe("implicit");
    });

    describe("as Lotus", () => {
      test("a quarter more than what is used", async () => {
        const message = { ...invocation(callee.eth, "set(uint256)", 7n), from };
        const { receipt } = await simulator.call(message);
        const gasUsed = Number(receipt.gasUsed);
        const gasLimit = Math.floor(gasUsed * 1.25);
        expect(await simulator.estimateGasLikeLotus(message)).toEqual({
          gasUsed,
          gasLimit,
          ethGasLimit: gasLimit,
        });
      });
      test("a search, where a quarter more is not enough", async () => {
        const message = {
          ...invocation(recursion.eth, "pingPong(address,uint256)", recursion.eth, 150n),
          from,
        };
        const { gasUsed, gasLimit, ethGasLimit } = await simulator.estimateGasLikeLotus(message);
        const least = await simulator.estimateGas(message);
        expect(gasLimit).toBe(Math.floor(gasUsed * 1.25));
        expect(least.gasLimit).toBeGreaterThan(gasLimit);
        // A hundredth above the least, and a quarter more.
        expect(ethGasLimit).toBeGreaterThanOrEqual(Math.floor(least.gasLimit * 1.25));
        expect(ethGasLimit).toBeLessThan(least.gasLimit * 1.25 * 1.03);
      });
      test("nothing for what fails", async () => {
        const estimating = simulator.estimateGasLikeLotus({ ...invocation(callee.eth, "refuse()"), from });
        await expect(estimating).rejects.toSatisfy((error) => isFvmError(error, "NO_GAS_ESTIMATE"));
        await expect(estimating).rejects.toThrow(/exitCode: 33/);
      });
    });
  },
  [21, 28],
);
