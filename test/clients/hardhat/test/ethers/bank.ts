/** hardhat-ethers with Chai's matchers. */
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { network } from "hardhat";

const { ethers, networkHelpers, provider } = await network.create();
const [owner, other] = await ethers.getSigners();

describe("Bank, by ethers", () => {
  async function deployed() {
    const opens = (await networkHelpers.time.latest()) + 3600;
    const bank = await ethers.deployContract("Bank", [opens], { value: 10n });
    return { opens, bank };
  }

  it("is deployed with money and immutables", async () => {
    const { bank, opens } = await networkHelpers.loadFixture(deployed);
    expect(await bank.opens()).to.equal(opens);
    expect(await bank.owner()).to.equal(owner.address);
    expect(await ethers.provider.getBalance(bank)).to.equal(10n);
    expect(await bank.getAddress()).to.be.properAddress;
  });

  it("emits events", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    await expect(bank.connect(other).deposit({ value: 5n }))
      .to.emit(bank, "Deposited")
      .withArgs(other.address, 5n)
      .and.to.emit(bank, "Transfer")
      .withArgs(ethers.ZeroAddress, anyValue, 5n);
    await expect(bank.transfer(other, 0n)).not.to.emit(bank, "Deposited");
    const logs = await bank.queryFilter(bank.filters.Deposited(other), 0);
    expect(logs.map(({ args }) => args.amount)).to.deep.equal([5n]);
  });

  it("must 1: each kind of revert is decoded", async () => {
    const { bank, opens } = await networkHelpers.loadFixture(deployed);
    await expect(bank.connect(other).close()).to.be.revertedWith("only the owner may close");
    await expect(bank.withdraw(1n)).to.be.revertedWithCustomError(bank, "TooEarly").withArgs(anyValue, opens);
    await expect(bank.connect(other).transfer(owner, 5n))
      .to.be.revertedWithCustomError(bank, "Insufficient")
      .withArgs(other.address, 5n, 0n);
    await expect(bank.failWithoutReason()).to.be.revertedWithoutReason(ethers);
    await expect(bank.failByPanic(3n)).to.be.revertedWithPanic(0x32);
    await expect(bank.deposit({ value: 1n })).not.to.revert(ethers);
  });

  it("a transaction that fails in its block makes wait reject", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    const sent = await bank.connect(other).close({ gasLimit: 50_000_000n });
    await expect(sent.wait()).to.be.rejectedWith(/revert/);
    const receipt = await ethers.provider.getTransactionReceipt(sent.hash);
    expect(receipt?.status).to.equal(0);
  });

  it("changes balances of money and of tokens", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    await expect(bank.deposit({ value: 5n })).to.changeEtherBalance(ethers, bank, 5n);
    await expect(bank.transfer(other, 2n)).to.changeTokenBalances(ethers, bank, [owner, other], [-2n, 2n]);
    await expect(owner.sendTransaction({ to: other, value: 9n })).to.changeEtherBalance(ethers, other, 9n);
  });

  it("must 5: what was sent is known at once, mined or not", async () => {
    await provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const sent = await owner.sendTransaction({ to: other, value: 1n });
      const known = await ethers.provider.getTransaction(sent.hash);
      expect(known?.hash).to.equal(sent.hash);
      expect(known?.blockNumber).to.equal(null);
      await networkHelpers.mine();
      expect((await sent.wait())?.status).to.equal(1);
    } finally {
      await provider.request({ method: "evm_setAutomine", params: [true] });
    }
  });

  it("contracts see time and height as helpers set them", async () => {
    const { bank, opens } = await networkHelpers.loadFixture(deployed);
    await bank.deposit({ value: 5n });
    await networkHelpers.time.increaseTo(opens);
    await expect(bank.withdraw(5n)).to.changeEtherBalance(ethers, bank, -5n);
    const { height, time } = await bank.surroundings();
    const block = await ethers.provider.getBlock("latest");
    expect(height).to.equal(block?.number);
    expect(time).to.equal(block?.timestamp);
  });

  it("listeners hear events", async () => {
    const { bank } = await networkHelpers.loadFixture(deployed);
    const heard = new Promise<bigint>((resolve) => {
      void bank.once("Deposited", (_who: string, amount: bigint) => resolve(amount));
    });
    await bank.deposit({ value: 8n });
    expect(await heard).to.equal(8n);
  });
});
