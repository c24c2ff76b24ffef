/** ethers v6: it batches from its first request, and trusts nothing. */
import {
  Contract,
  ContractFactory,
  type EventLog,
  HDNodeWallet,
  JsonRpcProvider,
  keccak256,
  Mnemonic,
  NonceManager,
  parseEther,
  verifyTypedData,
  WebSocketProvider,
} from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, MNEMONIC, startDevNode, till } from "./support/dev-node.js";

const abi = till.abi as never;
const mnemonic = Mnemonic.fromPhrase(MNEMONIC);

let node: DevNode;
let provider: JsonRpcProvider;
let wallet: HDNodeWallet;
let contract: Contract;

/** A method of the contract; its types are unknown here. */
const method = (name: string) => contract.getFunction(name);

beforeAll(async () => {
  node = await startDevNode();
  // Answers are kept for a moment otherwise, and a node that mines at once looks late.
  provider = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  wallet = HDNodeWallet.fromMnemonic(mnemonic).connect(provider);
  const deployed = await new ContractFactory(abi, till.bytecode, wallet).deploy(100n);
  await deployed.waitForDeployment();
  contract = new Contract(await deployed.getAddress(), abi, wallet);
});
afterAll(async () => {
  provider?.destroy();
  await node?.[Symbol.asyncDispose]();
});

describe("transactions", () => {
  test("must 4: a transfer: wait ends", async () => {
    const to = "0x00000000000000000000000000000000000aBcDE".toLowerCase();
    const sent = await wallet.sendTransaction({ to, value: parseEther("2") });
    const receipt = await sent.wait();
    expect(receipt?.status).toBe(1);
    expect(receipt?.hash).toBe(sent.hash);
    expect(await provider.getBalance(to)).toBe(parseEther("2"));
    const block = await provider.getBlock(receipt?.blockNumber ?? 0, true);
    expect(block?.prefetchedTransactions.map(({ hash }) => hash)).toEqual([sent.hash]);
  });

  test("must 8: the hash is that of the signed bytes", async () => {
    const transaction = await wallet.populateTransaction({ to: wallet.address, value: 1n });
    const signed = await wallet.signTransaction(transaction);
    const { hash } = await provider.broadcastTransaction(signed);
    expect(hash).toBe(keccak256(signed));
    expect((await provider.waitForTransaction(hash))?.status).toBe(1);
  });

  test("must 3: a batch of which some fail", async () => {
    const sizes: number[] = [];
    await provider.on("debug", ({ action, payload }: { action: string; payload: unknown[] }) => {
      if (action === "sendRpcPayload") sizes.push([payload].flat().length);
    });
    const asked = await Promise.allSettled([
      provider.getBlockNumber(),
      provider.send("eth_fillTransaction", []),
      method("failWithText").staticCall(),
      provider.getBalance(wallet.address),
    ]);
    await provider.removeAllListeners("debug");
    expect(asked.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(Math.max(...sizes)).toBeGreaterThan(2);
  });

  test("more confirmations come with more blocks", async () => {
    const sent = await wallet.sendTransaction({ to: wallet.address });
    const confirmed = sent.wait(3);
    await provider.send("anvil_mine", ["0x3"]);
    expect((await confirmed)?.status).toBe(1);
  });

  test("must 2: errors have their codes, and HTTP says 200", async () => {
    const poor = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'/0/99").connect(provider);
    const gasLimit = 5_000_000;
    await expect(poor.sendTransaction({ to: wallet.address, value: 1, gasLimit })).rejects.toMatchObject({
      code: "INSUFFICIENT_FUNDS",
    });
    await expect(wallet.sendTransaction({ to: wallet.address, nonce: 0, gasLimit })).rejects.toMatchObject({
      code: "NONCE_EXPIRED",
    });
    const raw = { jsonrpc: "2.0", id: 1, method: "eth_sendRawTransaction", params: ["0x02"] };
    const response = await fetch(node.url, { method: "POST", body: JSON.stringify(raw) });
    expect([response.status, "error" in (await response.json())]).toEqual([200, true]);
  });

  test("20 at once, by the client's own count of nonces", async () => {
    const other = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'/0/3").connect(provider);
    const counting = new NonceManager(other);
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, value) => counting.sendTransaction({ to: wallet.address, value })),
    );
    const receipts = await Promise.all(sent.map((each) => each.wait()));
    expect(receipts.map((receipt) => receipt?.status)).toEqual(Array(20).fill(1));
    expect(await provider.getTransactionCount(other.address)).toBe(20);
  });

  test("replacement of what waits: who waits for the first one learns of it", async () => {
    await provider.send("evm_setAutomine", [false]);
    try {
      const nonce = await wallet.getNonce();
      const fees = { maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 10n ** 6n, gasLimit: 5_000_000 };
      const first = await wallet.sendTransaction({ to: wallet.address, nonce, value: 1n, ...fees });
      const waiting = first.wait();
      const dear = { ...fees, maxPriorityFeePerGas: 2n * fees.maxPriorityFeePerGas };
      const second = await wallet.sendTransaction({ to: wallet.address, nonce, value: 2n, ...dear });
      await expect(
        wallet.sendTransaction({ to: wallet.address, nonce, value: 3n, ...fees }),
      ).rejects.toMatchObject({ code: "REPLACEMENT_UNDERPRICED" });
      await provider.send("anvil_mine", ["0x1"]);
      await expect(waiting).rejects.toMatchObject({
        code: "TRANSACTION_REPLACED",
        reason: "replaced",
        hash: second.hash,
      });
      expect((await second.wait())?.status).toBe(1);
    } finally {
      await provider.send("evm_setAutomine", [true]);
    }
  });

  test("must 4: unknown ones are null", async () => {
    expect(await provider.getTransaction(`0x${"12".repeat(32)}`)).toBeNull();
    expect(await provider.getTransactionReceipt(`0x${"12".repeat(32)}`)).toBeNull();
    expect(await provider.getBlock(10 ** 9)).toBeNull();
  });
});

describe("contracts", () => {
  test("reads and writes", async () => {
    const before = await method("total")();
    const receipt = await (await method("pay")(5n, "a")).wait();
    expect(receipt.logs.map((log: { eventName: string }) => log.eventName)).toEqual(["Paid"]);
    expect(await method("total")()).toBe(before + 5n);
  });

  test("must 1: reverts are decoded, of calls and of estimates", async () => {
    const [take, tooMuch] = [method("take"), 10n ** 9n];
    await expect(take.staticCall(tooMuch)).rejects.toMatchObject({ revert: { name: "TooMuch" } });
    // Of estimates it decodes none but Error(string).
    const selector = contract.interface.getError("TooMuch")?.selector ?? "";
    const data = expect.stringContaining(selector);
    await expect(take.estimateGas(tooMuch)).rejects.toMatchObject({ code: "CALL_EXCEPTION", data });
    for (const ask of ["staticCall", "estimateGas"] as const) {
      await expect(method("failWithText")[ask]()).rejects.toMatchObject({ reason: "the till is closed" });
      await expect(method("failWithout")[ask]()).rejects.toMatchObject({
        code: "CALL_EXCEPTION",
        data: "0x",
      });
    }
  });

  test("events, by polling and over WebSocket", async () => {
    const polled: bigint[] = [];
    const pushed: bigint[] = [];
    const sockets = new WebSocketProvider(node.ws);
    const blocks: number[] = [];
    await sockets.on("block", (number: number) => blocks.push(number));
    const pushing = new Contract(await contract.getAddress(), abi, sockets);
    await contract.on("Numbered", (number: bigint) => polled.push(number));
    await pushing.on("Numbered", (number: bigint) => pushed.push(number));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const receipt = await (await method("number")(2n)).wait();
    await provider.send("anvil_mine", ["0x1"]);
    await expect.poll(() => polled, { timeout: 10_000 }).toEqual([0n, 1n]);
    await expect.poll(() => pushed, { timeout: 10_000 }).toEqual([0n, 1n]);
    await expect.poll(() => blocks, { timeout: 10_000 }).toContain(receipt.blockNumber);
    await contract.removeAllListeners();
    await sockets.destroy();
  });

  test("events of the past", async () => {
    const receipt = await (await method("number")(3n)).wait();
    const events = await contract.queryFilter("Numbered", receipt.blockNumber, receipt.blockNumber);
    expect(events.map((event) => (event as EventLog).args.toArray())).toEqual([[0n], [1n], [2n]]);
  });

  test("typed data, signed by an account of the node as the client signs it", async () => {
    const domain = { name: "Till", version: "1", chainId: 31415926, verifyingContract: wallet.address };
    const types = { Note: [{ name: "text", type: "string" }] };
    const note = { text: "hello" };
    const signature = await (await provider.getSigner(0)).signTypedData(domain, types, note);
    expect(signature).toBe(await wallet.signTypedData(domain, types, note));
    expect(verifyTypedData(domain, types, note, signature)).toBe(wallet.address);
  });

  test("the node's own accounts sign and send", async () => {
    const signer = await provider.getSigner(1);
    const sent = await signer.sendTransaction({ to: wallet.address, value: 1n });
    expect((await sent.wait())?.from).toBe(signer.address);
  });
});

describe("fees", () => {
  test("must 13: what it takes them from", async () => {
    const { maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData();
    expect(maxFeePerGas).toBeGreaterThan(0n);
    // Not its own guess of 1 gwei, ten thousand times what is usual here.
    expect(maxPriorityFeePerGas).toBeLessThan(10n ** 9n);
    const history = await provider.send("eth_feeHistory", ["0x2", "latest", [10, 50]]);
    expect(history.baseFeePerGas).toHaveLength(history.gasUsedRatio.length + 1);
  });
});
