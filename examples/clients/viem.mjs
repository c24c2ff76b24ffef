// viem on a node in this process: no port, nothing to clean up.
import { startNode } from "fvm-node/node";
import { createTestClient, custom, parseEther, publicActions, walletActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const node = await startNode();
const [alice, bob] = node.accounts.eth;
const client = createTestClient({
  mode: "hardhat",
  account: privateKeyToAccount(alice.privateKey),
  transport: custom(node.provider), // or http(node.url), of a node with a port
})
  .extend(publicActions)
  .extend(walletActions);

const snapshot = await client.snapshot();
const hash = await client.sendTransaction({ to: bob.address, value: parseEther("1"), chain: null });
const { status, gasUsed } = await client.waitForTransactionReceipt({ hash });
console.log(`${status}, ${gasUsed} gas`);

await client.increaseTime({ seconds: 86_400 });
await client.mine({ blocks: 1 });
await client.revert({ id: snapshot });
console.log(`block ${await client.getBlockNumber({ cacheTime: 0 })}`);
await node.close();
