/** Clients on the provider of a node in the same process, without sockets. */
import { BrowserProvider, parseEther } from "ethers";
import { createPublicClient, createWalletClient, custom, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { startNode } from "../../src/node/index.js";

test("viem", async () => {
  await using node = await startNode({ accounts: 2 });
  const transport = custom(node.provider);
  const [from, to] = node.accounts.eth.map(({ privateKey }) => privateKeyToAccount(privateKey as Hex));
  const wallet = createWalletClient({ account: from as NonNullable<typeof from>, transport });
  const client = createPublicClient({ transport, pollingInterval: 50 });
  const hash = await wallet.sendTransaction({ to: to?.address as Hex, value: 5n, chain: null });
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
  expect(await client.getChainId()).toBe(node.chainId);
});

test("ethers", async () => {
  await using node = await startNode({ accounts: 2 });
  const provider = new BrowserProvider(node.provider as never, undefined, {
    cacheTimeout: -1,
    pollingInterval: 50,
  });
  const signer = await provider.getSigner(0);
  const to = node.accounts.eth[1]?.address as string;
  const before = await provider.getBalance(to);
  const receipt = await (await signer.sendTransaction({ to, value: parseEther("1") })).wait();
  expect(receipt?.status).toBe(1);
  expect((await provider.getBalance(to)) - before).toBe(parseEther("1"));
  provider.destroy();
});
