/** Functions that hardhat-ethers adds to ethers. */
import { expect } from "chai";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();
const [owner] = await ethers.getSigners();

describe("hardhat-ethers", () => {
  it("impersonated accounts are signers", async () => {
    const bank = await ethers.deployContract("Bank", [0n]);
    const stranger = "0x00000000000000000000000000000000000abcde";
    const signer = await ethers.getImpersonatedSigner(stranger);
    await networkHelpers.setBalance(stranger, 10n ** 18n);
    await bank.connect(signer).deposit({ value: 3n });
    expect(await bank.balanceOf(stranger)).to.equal(3n);
  });

  it("a sender's balance changes by what is sent, and a fee that is a price times the gas", async () => {
    const bank = await ethers.deployContract("Bank", [0n]);
    await expect(bank.deposit({ value: 5n })).to.changeEtherBalances(ethers, [owner, bank], [-5n, 5n]);
    await expect(bank.withdraw(2n)).to.changeEtherBalances(ethers, [owner, bank], [2n, -2n]);
  });

  it("contracts are found again, and made by factories", async () => {
    const factory = await ethers.getContractFactory("Bank");
    const bank = await factory.deploy(7n, { value: 1n });
    const found = await ethers.getContractAt("Bank", await bank.getAddress());
    expect(await found.opens()).to.equal(7n);
  });
});
