// vitest: `vitest run` in the folder of this file.
import { startNode } from "fvm-node/node";
import { createTestClient, custom, publicActions, walletActions } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";

let node;
let client;
beforeAll(async () => {
  node = await startNode();
  client = createTestClient({ mode: "hardhat", transport: custom(node.provider) })
    .extend(publicActions)
    .extend(walletActions);
});
afterAll(() => node.close());

test("somebody else sends", async () => {
  const somebody = "0x00000000000000000000000000000000000abcde";
  await client.setBalance({ address: somebody, value: 10n ** 18n });
  await client.impersonateAccount({ address: somebody });
  const to = node.accounts.eth[0].address;
  const hash = await client.sendTransaction({ account: somebody, to, value: 5n, chain: null });
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
});
