/** FIL that moves in and out of contracts. */
import { beforeAll, describe, expect, test } from "vitest";
import { type AbiValue, encodeAbi, keccak, toHex } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { type Account, ethAccount, FIL } from "../../support/evm/evm-chain.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { EvmExit } from "../../support/evm/outcome.js";
import { contract } from "../../support/evm/solidity.js";

const walletContract = contract("value.sol", "Wallet");
const closedContract = contract("value.sol", "Closed");
const INSUFFICIENT_FUNDS = 6;
const received = (emitter: number, ...values: AbiValue[]) => ({
  emitter,
  topics: [toHex(keccak("Received(address,uint256,bytes)"))],
  data: toHex(encodeAbi(["address", "uint256", "bytes"], values)),
});
const noData = new Uint8Array();

onEachVersion((net) => {
  let wallet: DeployedContract;
  let strangers = 1000;
  /** An account that does not exist. */
  const stranger = (): Account => ethAccount(strangers++);
  beforeAll(async () => {
    wallet = await net.chain().deploy(walletContract);
  });
  const balance = (who: string) => net.chain().balance(who);
  const fund = (value: bigint) => wallet.with({ value }).call("deposit()");

  test("a payable function", async () => {
    const before = await balance(wallet.eth);
    const deposit = wallet.with({ value: 5n }).get("deposit() returns (uint256)");
    expect(await deposit).toEqual([before + 5n]);
    expect(await balance(wallet.eth)).toBe(before + 5n);
  });

  test("a function that is not payable", async () => {
    const before = await balance(wallet.eth);
    expect((await wallet.with({ value: 5n }).outcome("notPayable()")).exitCode).toBe(EvmExit.Reverted);
    expect(await balance(wallet.eth)).toBe(before);
  });

  test("receive and fallback", async () => {
    const { eve } = net.chain();
    const { logs } = await net.chain().invoke(wallet.eth, noData, { value: 7n });
    expect(logs).toEqual([received(wallet.id, eve.eth, 7n, noData)]);
    const input = Uint8Array.of(1, 2, 3);
    const other = await net.chain().invoke(wallet.eth, input, { value: 8n });
    expect(other.logs).toEqual([received(wallet.id, eve.eth, 8n, input)]);
  });

  test("Filecoin's own transfer runs no code", async () => {
    const closed = await net.chain().deploy(closedContract);
    expect((await net.chain().invoke(closed.eth, noData, { value: 7n })).exitCode).toBe(EvmExit.Reverted);
    const { receipt, events } = await net.chain().send(closed.address, { value: 7n });
    expect([receipt.exitCode, events, await balance(closed.eth)]).toEqual([0, [], 7n]);
  });

  test("more than the sender has", async () => {
    const { apply } = await wallet.with({ value: 10n ** 30n }).outcome("deposit()");
    expect(apply.receipt.exitCode).toBe(INSUFFICIENT_FUNDS);
  });

  describe("out of a contract", () => {
    beforeAll(() => fund(100n * FIL));

    test.each(["an Ethereum account", "an f1 account", "a stranger", "a contract"])("to %s", async (kind) => {
      const { alice, dave } = net.chain();
      const receivers: Record<string, () => Promise<string>> = {
        "an Ethereum account": async () => dave.eth,
        "an f1 account": async () => alice.eth,
        "a stranger": async () => stranger().eth,
        "a contract": async () => (await net.chain().deploy(walletContract)).eth,
      };
      const to = (await receivers[kind]?.()) ?? "";
      const [before, own] = [await balance(to), await balance(wallet.eth)];
      const { values, logs } = await wallet.call("pay(address,uint256) returns (uint256)", to, FIL);
      expect(values).toEqual([own - FIL]);
      expect(await balance(to)).toBe(before + FIL);
      expect(logs.map(({ data }) => data)).toEqual(
        kind === "a contract" ? [received(0, wallet.eth, FIL, noData).data] : [],
      );
    });

    test("with the gas that Ethereum gives", async () => {
      const { eth } = stranger();
      await wallet.call("transfer(address,uint256)", eth, 3n);
      expect(await wallet.get("send(address,uint256) returns (bool)", eth, 4n)).toEqual([true]);
      expect(await wallet.get("balanceOf(address) returns (uint256)", eth)).toEqual([7n]);
    });

    test("more than there is", async () => {
      const own = await balance(wallet.eth);
      expect((await wallet.outcome("pay(address,uint256)", net.chain().dave.eth, own + 1n)).exitCode).toBe(
        EvmExit.Reverted,
      );
      const sent = wallet.get("send(address,uint256) returns (bool)", net.chain().dave.eth, own + 1n);
      expect(await sent).toEqual([false]);
    });

    test("to an actor ID that does not exist", async () => {
      const nobody = `0xff${"00".repeat(11)}${(10n ** 9n).toString(16).padStart(16, "0")}`;
      expect((await wallet.outcome("pay(address,uint256)", nobody, 1n)).exitCode).toBe(0);
      expect(await balance(nobody)).toBe(0n);
    });
  });

  describe("selfdestruct", () => {
    test("gives all to the heir", async () => {
      const [mortal, heir] = [await net.chain().deploy(walletContract), stranger()];
      await mortal.with({ value: 55n }).call("deposit()");
      await mortal.call("die(address)", heir.eth);
      expect([await balance(mortal.eth), await balance(heir.eth)]).toEqual([0n, 55n]);
      expect((await mortal.call("deposit()")).output).toEqual(noData);
    });

    test("lives until the message ends", async () => {
      const [mortal, heir] = [await net.chain().deploy(walletContract), stranger()];
      await mortal.with({ value: 55n }).call("deposit()");
      const after = await mortal.get("dieAndAsk(address) returns (uint256,uint256)", heir.eth);
      expect(after).toEqual([0n, BigInt(walletContract.runtime.length)]);
    });

    test("with itself as heir keeps the balance", async () => {
      const mortal = await net.chain().deploy(walletContract);
      await mortal.with({ value: 55n }).call("deposit()");
      await mortal.call("die(address)", mortal.eth);
      expect(await balance(mortal.eth)).toBe(55n);
    });
  });
});
