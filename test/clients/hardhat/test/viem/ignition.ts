/** Deployments by Ignition. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { network } from "hardhat";
import { getAddress } from "viem";
import Bank from "../../ignition/modules/Bank.js";

const { ignition, viem } = await network.create();

describe("Ignition", () => {
  it("deploys a module with a parameter, a call and money", async () => {
    const { bank } = await ignition.deploy(Bank, { parameters: { BankModule: { opens: 42n } } });
    assert.equal(await bank.read.opens(), 42n);
    const [owner] = await viem.getWalletClients();
    assert.equal(await bank.read.balanceOf([getAddress(owner.account.address)]), 7n);
    const client = await viem.getPublicClient();
    assert.equal(await client.getBalance({ address: bank.address }), 12n);
  });
});
