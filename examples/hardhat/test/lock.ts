import { describe, it } from "node:test";
import { network } from "hardhat";
import { getAddress } from "viem";

const { viem, networkHelpers } = await network.create();
const { time } = networkHelpers;

describe("Lock", () => {
  async function locked() {
    const opens = BigInt((await time.latest()) + time.duration.weeks(1));
    return { opens, lock: await viem.deployContract("Lock", [opens], { value: 5n }) };
  }

  it("is shut before its time, and to others", async () => {
    const { lock, opens } = await networkHelpers.loadFixture(locked);
    const [, other] = await viem.getWalletClients();
    await viem.assertions.revertWithCustomErrorWithArgs(lock.write.withdraw(), lock, "TooEarly", [opens]);
    await time.increaseTo(opens);
    await viem.assertions.revertWith(lock.write.withdraw({ account: other.account }), "not the owner");
  });

  it("pays its owner, and says so", async () => {
    const { lock, opens } = await networkHelpers.loadFixture(locked);
    const [owner] = await viem.getWalletClients();
    const address = getAddress(owner.account.address);
    await time.increaseTo(opens);
    const withdrawal = lock.write.withdraw();
    await viem.assertions.balancesHaveChanged(withdrawal, [
      { address, amount: 5n },
      { address: lock.address, amount: -5n },
    ]);
    await viem.assertions.emitWithArgs(withdrawal, lock, "Withdrawn", [address, 5n]);
  });
});
