/** Each of the network helpers. */
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { network } from "hardhat";
import { getAddress, type Hex, keccak256, pad, parseEther, toHex } from "viem";

const { viem, networkHelpers } = await network.create();
const { time } = networkHelpers;
const client = await viem.getPublicClient();
const [owner, other] = await viem.getWalletClients();
const stranger = "0x00000000000000000000000000000000000abcde";
const latest = () => client.getBlock({ blockTag: "latest" });

describe("network helpers", () => {
  async function bank() {
    return { bank: await viem.deployContract("Bank", [0n]) };
  }
  let fixture: Awaited<ReturnType<typeof bank>>;
  beforeEach(async () => {
    fixture = await networkHelpers.loadFixture(bank);
  });

  it("loadFixture and takeSnapshot go back, time and again", async () => {
    const snapshot = await networkHelpers.takeSnapshot();
    const { number } = await latest();
    for (let round = 0; round < 3; round++) {
      await fixture.bank.write.deposit({ value: 5n });
      assert.equal(await fixture.bank.read.balanceOf([owner.account.address]), 5n);
      await snapshot.restore();
      assert.equal(await fixture.bank.read.balanceOf([owner.account.address]), 0n);
      assert.equal((await latest()).number, number);
    }
    await networkHelpers.loadFixture(bank);
    await assert.rejects(snapshot.restore(), /snapshot/i);
  });

  it("mine and mineUpTo", async () => {
    const { number, timestamp } = await latest();
    await networkHelpers.mine();
    assert.equal((await latest()).number, number + 1n);
    await networkHelpers.mine(10, { interval: 60 });
    const block = await latest();
    assert.equal(block.number, number + 11n);
    assert.ok(block.timestamp >= timestamp + 541n, `${timestamp} and ${block.timestamp}`);
    await networkHelpers.mineUpTo(number + 20n);
    assert.equal(await time.latestBlock(), Number(number) + 20);
  });

  it("increase, increaseTo, setNextBlockTimestamp", async () => {
    const before = await time.latest();
    assert.equal(await time.increase(time.duration.days(1)), before + 86_400);
    await time.increaseTo(before + 100_000);
    assert.equal(await time.latest(), before + 100_000);
    await time.setNextBlockTimestamp(before + 200_000);
    const hash = await fixture.bank.write.deposit({ value: 1n });
    const { blockNumber } = await client.waitForTransactionReceipt({ hash });
    assert.equal((await client.getBlock({ blockNumber })).timestamp, BigInt(before + 200_000));
  });

  it("contracts see the time that was set", async () => {
    const opens = (await time.latest()) + time.duration.weeks(1);
    const vault = await viem.deployContract("Bank", [BigInt(opens)]);
    await vault.write.deposit({ value: 5n });
    await viem.assertions.revertWithCustomError(vault.write.withdraw([5n]), vault, "TooEarly");
    await time.increaseTo(opens);
    await viem.assertions.balancesHaveChanged(vault.write.withdraw([5n]), [
      { address: vault.address, amount: -5n },
    ]);
  });

  it("setBalance, setNonce", async () => {
    await networkHelpers.setBalance(stranger, parseEther("3"));
    assert.equal(await client.getBalance({ address: stranger }), parseEther("3"));
    await networkHelpers.setNonce(stranger, 7);
    assert.equal(await client.getTransactionCount({ address: stranger }), 7);
  });

  it("setCode, setStorageAt, getStorageAt", async () => {
    const code = (await client.getCode({ address: fixture.bank.address })) as Hex;
    await networkHelpers.setCode(stranger, code);
    assert.equal(await client.getCode({ address: stranger }), code);
    const slot = keccak256(`${pad(owner.account.address)}${pad("0x0").slice(2)}`);
    await networkHelpers.setStorageAt(fixture.bank.address, slot, 99);
    assert.equal(await fixture.bank.read.balanceOf([owner.account.address]), 99n);
    assert.equal(await networkHelpers.getStorageAt(fixture.bank.address, slot), pad(toHex(99)));
  });

  it("impersonateAccount and stopImpersonatingAccount", async () => {
    await networkHelpers.impersonateAccount(stranger);
    await networkHelpers.setBalance(stranger, parseEther("1"));
    const hash = await fixture.bank.write.deposit({ account: stranger, value: 4n });
    const { from } = await client.waitForTransactionReceipt({ hash });
    assert.equal(getAddress(from), getAddress(stranger));
    assert.equal(await fixture.bank.read.balanceOf([stranger]), 4n);
    await networkHelpers.stopImpersonatingAccount(stranger);
    await assert.rejects(fixture.bank.write.deposit({ account: stranger, value: 4n }));
  });

  it("a contract is impersonated, too", async () => {
    const target = await viem.deployContract("Bank", [0n]);
    await networkHelpers.impersonateAccount(fixture.bank.address);
    await networkHelpers.setBalance(fixture.bank.address, parseEther("1"));
    await target.write.deposit({ account: fixture.bank.address, value: 4n });
    assert.equal(await target.read.balanceOf([fixture.bank.address]), 4n);
  });

  it("setNextBlockBaseFeePerGas, setPrevRandao, setCoinbase, setBlockGasLimit", async () => {
    await networkHelpers.setNextBlockBaseFeePerGas(12_345);
    await networkHelpers.mine();
    assert.equal((await latest()).baseFeePerGas, 12_345n);
    await networkHelpers.setPrevRandao(7);
    await networkHelpers.mine();
    await networkHelpers.setCoinbase(stranger);
    await networkHelpers.setBlockGasLimit(10_000_000_000n);
    await networkHelpers.mine();
  });

  it("a sender's balance changes by what is sent, and a fee that is a price times the gas", async () => {
    await viem.assertions.balancesHaveChanged(fixture.bank.write.deposit({ value: parseEther("2") }), [
      { address: owner.account.address, amount: -parseEther("2") },
      { address: fixture.bank.address, amount: parseEther("2") },
    ]);
    await viem.assertions.balancesHaveChanged(fixture.bank.write.withdraw([5n]), [
      { address: owner.account.address, amount: 5n },
      { address: fixture.bank.address, amount: -5n },
    ]);
  });

  it("dropTransaction", async () => {
    const test = await viem.getTestClient();
    await test.setAutomine(false);
    try {
      const hash = await other.sendTransaction({ to: stranger, value: 1n });
      assert.equal(await networkHelpers.dropTransaction(hash), true);
      await networkHelpers.mine();
      await assert.rejects(client.getTransactionReceipt({ hash }), /could not be found/);
    } finally {
      await test.setAutomine(true);
    }
  });
});
