/** hardhat-viem with its assertions. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anyValue } from "@nomicfoundation/hardhat-viem-assertions/predicates";
import { network } from "hardhat";
import { getAddress, parseEther } from "viem";

const { viem, networkHelpers } = await network.create();
const client = await viem.getPublicClient();
const [owner, other] = await viem.getWalletClients();

async function deployed() {
  const opens = BigInt((await networkHelpers.time.latest()) + 3600);
  return { opens, bank: await viem.deployContract("Bank", [opens], { value: 10n }) };
}
const asOther = { account: other.account };

describe("Bank, by viem", () => {
  it("is deployed with money and immutables", async () => {
    const { bank, opens } = await networkHelpers.loadFixture(deployed);
    assert.equal(await bank.read.opens(), opens);
    assert.equal(await bank.read.owner(), getAddress(owner.account.address));
    assert.equal(await client.getBalance({ address: bank.address }), 10n);
  });

  it("is deployed by a transaction that can be looked at before it is mined", async () => {
    const { contract, deploymentTransaction } = await viem.sendDeploymentTransaction("Bank", [0n]);
    const receipt = await client.waitForTransactionReceipt({ hash: deploymentTransaction.hash });
    assert.equal(getAddress(receipt.contractAddress ?? ""), getAddress(contract.address));
  });

  it("emits events", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    const from = await client.getBlockNumber();
    await viem.assertions.emit(bank.write.deposit({ value: 1n }), bank, "Deposited");
    await viem.assertions.emitWithArgs(bank.write.deposit({ ...asOther, value: 2n }), bank, "Deposited", [
      getAddress(other.account.address),
      2n,
    ]);
    await viem.assertions.emitWithArgs(bank.write.deposit({ value: 3n }), bank, "Deposited", [anyValue, 3n]);
    const events = await client.getContractEvents({ ...bank, eventName: "Deposited", fromBlock: from });
    assert.deepEqual(
      events.map(({ args }) => (args as { amount: bigint }).amount),
      [1n, 2n, 3n],
    );
    const own = await bank.getEvents.Deposited({ who: other.account.address }, { fromBlock: from });
    assert.equal(own.length, 1);
  });

  it("must 1: each kind of revert is decoded", async () => {
    const { bank, opens } = await networkHelpers.loadFixture(deployed);
    await viem.assertions.revertWith(bank.write.close(asOther), "only the owner may close");
    await viem.assertions.revertWithCustomError(bank.write.withdraw([1n]), bank, "TooEarly");
    await viem.assertions.revertWithCustomErrorWithArgs(bank.write.withdraw([1n]), bank, "TooEarly", [
      (time: bigint) => time < opens,
      opens,
    ]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      bank.write.transfer([owner.account.address, 5n], asOther),
      bank,
      "Insufficient",
      [getAddress(other.account.address), 5n, 0n],
    );
    await viem.assertions.revert(bank.read.failWithoutReason());
    await viem.assertions.revert(bank.read.failByPanic([3n]));
    await viem.assertions.revert(bank.write.failByPanic([3n]));
  });

  it("a transaction that fails in its block says so in its receipt", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    const hash = await bank.write.close({ ...asOther, gas: 50_000_000n });
    const { status } = await client.waitForTransactionReceipt({ hash });
    assert.equal(status, "reverted");
    await viem.assertions.revertWith(
      Promise.resolve(hash).then(() => bank.simulate.close(asOther)),
      "only the owner may close",
    );
  });

  it("changes balances by what is sent", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    await viem.assertions.balancesHaveChanged(bank.write.deposit({ value: parseEther("2") }), [
      { address: bank.address, amount: parseEther("2") },
      { address: other.account.address, amount: 0n },
    ]);
    await viem.assertions.balancesHaveChanged(
      owner.sendTransaction({ to: other.account.address, value: 5n }),
      [{ address: other.account.address, amount: 5n }],
    );
  });

  it("must 4: receipts come, also when blocks are made later", async () => {
    const test = await viem.getTestClient();
    await test.setAutomine(false);
    try {
      const hash = await owner.sendTransaction({ to: other.account.address, value: 1n });
      assert.equal((await client.getTransaction({ hash })).blockNumber, null);
      const waiting = client.waitForTransactionReceipt({ hash });
      await networkHelpers.mine();
      assert.equal((await waiting).status, "success");
    } finally {
      await test.setAutomine(true);
    }
  });

  it("must 10: it is known as Hardhat's, and unknown methods are unknown", async () => {
    const { provider } = await network.create();
    const metadata = (await provider.request({ method: "hardhat_metadata" })) as { chainId: number };
    assert.equal(metadata.chainId, await client.getChainId());
    await assert.rejects(provider.request({ method: "eth_noSuchMethod" }), { code: -32601 });
  });

  it("must 13: fees come from feeHistory as Hardhat asks for it", async () => {
    const { provider } = await network.create();
    const history = (await provider.request({
      method: "eth_feeHistory",
      params: ["0x1", "latest", [50]],
    })) as { baseFeePerGas: string[]; gasUsedRatio: number[]; reward: string[][] };
    assert.equal(history.baseFeePerGas.length, history.gasUsedRatio.length + 1);
    assert.deepEqual(
      history.reward.map((of) => of.length),
      [1],
    );
  });
});
