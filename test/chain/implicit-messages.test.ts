import { expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { cronMessage, rewardMessage } from "../../src/chain/execution/implicit-messages.js";

const common = {
  version: 0,
  from: idAddress(0),
  value: 0n,
  gasLimit: 4_611_686_018_427_387_903n,
  gasFeeCap: 0n,
  gasPremium: 0n,
  method: 2,
};

test("cron", () => {
  expect(cronMessage(77)).toEqual({ ...common, to: idAddress(3), nonce: 77, params: new Uint8Array() });
});

test.each([
  ["nothing to add", { penalty: 0n, gasReward: 0n, winCount: 1 }, "844300e80740" + "4001"],
  ["tips and a penalty", { penalty: 1n, gasReward: 256n, winCount: 3 }, "844300e807420001" + "4300010003"],
])("a reward with %s", (_case, award, params) => {
  const message = rewardMessage(77, { miner: idAddress(1000), ...award });
  expect(message).toMatchObject({ ...common, to: idAddress(2), nonce: 77 });
  expect(Buffer.from(message.params).toString("hex")).toBe(params);
});
