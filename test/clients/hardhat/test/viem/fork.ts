/** Hardhat's own network as a fork of the node's chain. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { network } from "hardhat";

describe("a fork", () => {
  it("has the chain's contracts with what they keep, and leaves them alone", async () => {
    const { viem } = await network.create();
    const [{ account }] = await viem.getWalletClients();
    const bank = await viem.deployContract("Bank", [0n]);
    await bank.write.deposit({ value: 5n });

    const forked = await network.create("forked");
    const there = await forked.viem.getContractAt("Bank", bank.address);
    assert.equal(await there.read.balanceOf([account.address]), 5n);
    await there.write.deposit({ value: 7n, account: account.address });
    assert.equal(await there.read.balanceOf([account.address]), 12n);
    assert.equal(await bank.read.balanceOf([account.address]), 5n);
  });
});
