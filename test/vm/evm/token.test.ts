/** An ERC-20 against a model of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { decodeAbi, encodeAbi, keccak, toHex, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import type { Account } from "../../support/evm/evm-chain.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { EvmExit } from "../../support/evm/outcome.js";
import { contract } from "../../support/evm/solidity.js";
import { randomNumbers } from "../../support/test-data.js";

const tokenContract = contract("token.sol", "Token");
const SUPPLY = 1_000_000n;
const NOBODY = `0x${"00".repeat(20)}`;
const topic = (signature: string) => toHex(keccak(signature));
const transferLog = (emitter: number, from: string, to: string, value: bigint) => ({
  emitter,
  topics: [topic("Transfer(address,address,uint256)"), toHex(word(from)), toHex(word(to))],
  data: toHex(word(value)),
});

onEachVersion((net) => {
  let token: DeployedContract;
  let people: readonly Account[];
  beforeAll(async () => {
    const { alice, eve, dave } = net.chain();
    people = [eve, alice, dave];
    token = await net.chain().deploy(tokenContract, encodeAbi(["string", "uint256"], ["TKN", SUPPLY]));
  });
  const balance = async (owner: string) =>
    (await token.get("balanceOf(address) returns (uint256)", owner))[0];

  test("what the constructor sets", async () => {
    expect(await token.get("symbol() returns (string)")).toEqual(["TKN"]);
    expect(await token.get("totalSupply() returns (uint256)")).toEqual([SUPPLY]);
    expect(await balance(net.chain().eve.eth)).toBe(SUPPLY);
  });

  test("an event of the constructor", async () => {
    const initcode = Buffer.concat([tokenContract.initcode, encodeAbi(["string", "uint256"], ["T", 5n])]);
    const { apply, logs } = await net.chain().create(initcode);
    expect(apply.receipt.exitCode).toBe(0);
    expect(logs).toEqual([transferLog(logs[0]?.emitter ?? 0, NOBODY, net.chain().eve.eth, 5n)]);
  });

  test("an allowance", async () => {
    const { alice, eve, dave } = net.chain();
    await token.call("approve(address,uint256)", dave.eth, 50n);
    const byDave = token.with({ from: dave });
    const spent = await byDave.call(
      "transferFrom(address,address,uint256) returns (bool)",
      eve.eth,
      alice.eth,
      20n,
    );
    expect(spent.values).toEqual([true]);
    expect(spent.logs).toEqual([transferLog(token.id, eve.eth, alice.eth, 20n)]);
    const tooMuch = await byDave.outcome("transferFrom(address,address,uint256)", eve.eth, alice.eth, 31n);
    expect(tooMuch.exitCode).toBe(EvmExit.Reverted);
    const [spender, allowed, needed] = decodeAbi(
      ["address", "uint256", "uint256"],
      tooMuch.output.subarray(4),
    );
    expect([spender, allowed, needed]).toEqual([dave.eth, 30n, 31n]);
    await token.with({ from: alice }).call("transfer(address,uint256)", eve.eth, 20n);
  });

  describe("random transfers", () => {
    test.each([1, 2, 3])("seed %i", async (seed) => {
      const random = randomNumbers(seed);
      const model = new Map<string, bigint>();
      for (const { eth } of people) model.set(eth, (await balance(eth)) as bigint);
      for (let step = 0; step < 30; step++) {
        const [from, to] = [people[random(3)], people[random(3)]] as [Account, Account];
        const value = BigInt(random(500_000));
        const owned = model.get(from.eth) ?? 0n;
        const outcome = await token.with({ from }).outcome("transfer(address,uint256)", to.eth, value);
        expect(outcome.exitCode).toBe(value <= owned ? 0 : EvmExit.Reverted);
        expect(outcome.logs).toEqual(value <= owned ? [transferLog(token.id, from.eth, to.eth, value)] : []);
        if (value > owned) continue;
        model.set(from.eth, owned - value);
        model.set(to.eth, (model.get(to.eth) ?? 0n) + value);
      }
      for (const { eth } of people) expect(await balance(eth)).toBe(model.get(eth));
    });
  });
});
