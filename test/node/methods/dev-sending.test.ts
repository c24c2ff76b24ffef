import { beforeEach, describe, expect, test } from "vitest";
import { filecoinToEth, maskedId } from "../../../src/builtin/evm/index.js";
import { type TestChain, withDevChains } from "../../support/dev-chain.js";
import { type Call, twoAccounts } from "../../support/dev-rpc.js";
import { abiFunction, encodeCall } from "../../support/evm/abi.js";
import { contract } from "../../support/evm/solidity.js";

const WHO = "0x7777777777777777777777777777777777777777";
const FIL = 10n ** 18n;
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;

interface Receipt {
  readonly status: string;
  readonly blockNumber: string;
  readonly contractAddress: string | null;
  readonly from: string;
  readonly transactionHash: string;
  readonly effectiveGasPrice: string;
}

withDevChains("transactions that the node signs", () => {
  let chain: TestChain;
  let call: Call;
  let first: string;
  let second: string;

  beforeEach(async () => {
    ({
      chain,
      call,
      accounts: [first, second],
    } = await twoAccounts());
  });

  const send = (transaction: object) => call("eth_sendTransaction", transaction) as Promise<string>;
  const receiptOf = (hash: string) => call("eth_getTransactionReceipt", hash) as Promise<Receipt>;

  test("all is filled in, and there is a receipt at once", async () => {
    const hash = await send({ to: WHO, value: "0x5" });
    const receipt = await receiptOf(hash);
    expect(receipt).toMatchObject({ status: "0x1", from: first, transactionHash: hash, blockNumber: "0x2" });
    expect(await call("eth_blockNumber")).toBe("0x2");
    expect(await call("eth_getBalance", WHO, "latest")).toBe("0x5");
    expect(await call("eth_getTransactionCount", first, "latest")).toBe("0x1");
    expect(await call("eth_getTransactionByHash", hash)).toMatchObject({
      from: first,
      to: WHO,
      nonce: "0x0",
    });
  });

  test("as it says, if it says", async () => {
    const hash = await send({
      from: second,
      to: WHO,
      gas: "0x2dc6c0",
      gasPrice: "0x3e8",
      nonce: "0x0",
      value: "0x1",
    });
    expect(await call("eth_getTransactionByHash", hash)).toMatchObject({
      from: second,
      gas: "0x2dc6c0",
      maxFeePerGas: "0x3e8",
      maxPriorityFeePerGas: "0x3e8",
    });
  });

  test("contracts: created, called, and reverting with their data", async () => {
    const created = await receiptOf(await send({ data: hex(contract("reverts.sol", "Reverts").initcode) }));
    expect(created.status).toBe("0x1");
    const to = created.contractAddress;
    const data = hex(encodeCall(abiFunction("withReason(string)"), ["no way"]));
    await expect(send({ to, data })).rejects.toMatchObject({
      code: 3,
      message: expect.stringMatching(/revert/),
      data: expect.stringMatching(/^0x08c379a0/),
    });
    // With a gas limit nobody estimates, so it fails in a block.
    const failed = await receiptOf(await send({ to, data, gas: 100_000_000 }));
    expect(failed.status).toBe("0x0");
  });

  test("eth_signTransaction: bytes for eth_sendRawTransaction", async () => {
    const raw = await call("eth_signTransaction", { from: first, to: WHO, value: "0x1" });
    const hash = (await call("eth_sendRawTransaction", raw)) as string;
    expect((await receiptOf(hash)).status).toBe("0x1");
    await call("hardhat_impersonateAccount", WHO);
    await expect(call("eth_signTransaction", { from: WHO, to: first, gas: 1 })).rejects.toThrow(
      /nobody has the key/,
    );
  });

  test("strangers are refused until they are impersonated; they pay", async () => {
    await expect(send({ from: WHO, to: first })).rejects.toThrow(/unknown account 0x7777.*neither/);
    await call("anvil_impersonateAccount", WHO);
    await expect(send({ from: WHO, to: first, value: "0x1" })).rejects.toThrow(/does not have funds/);
    await call("anvil_setBalance", WHO, `0x${FIL.toString(16)}`);
    const hashes = [await send({ from: WHO, to: first, value: "0x1" }), await send({ from: WHO, to: first })];
    for (const hash of hashes) expect(await receiptOf(hash)).toMatchObject({ status: "0x1", from: WHO });
    expect(await call("eth_getTransactionCount", WHO, "latest")).toBe("0x2");
    expect(BigInt((await call("eth_getBalance", WHO, "latest")) as string)).toBeLessThan(FIL - 1n);
  });

  test("contracts and native actors that are impersonated pay nothing, several in a block, too", async () => {
    const { contractAddress } = await receiptOf(
      await send({ data: hex(contract("storage.sol", "Storage").initcode) }),
    );
    const [contractFrom, nativeFrom] = [contractAddress as string, maskedId(1)];
    const to = filecoinToEth(await chain.deploy(Buffer.from("6004600c60003960046000f333600055", "hex")));
    for (const from of [contractFrom, nativeFrom]) {
      await call("hardhat_impersonateAccount", from);
      const receipt = await receiptOf(await send({ from, to }));
      expect(receipt).toMatchObject({ status: "0x1", from, effectiveGasPrice: "0x0" });
      expect(await call("eth_getStorageAt", to, "0x0", "latest")).toBe(
        `0x${from.slice(2).padStart(64, "0")}`,
      );
    }
    await call("evm_setAutomine", false);
    const hashes = [];
    for (let i = 0; i < 3; i++) hashes.push(await send({ from: contractFrom, to }));
    expect(new Set(hashes).size).toBe(3);
    await call("evm_mine");
    const receipts = await Promise.all(hashes.map(receiptOf));
    expect(new Set(receipts.map(({ blockNumber }) => blockNumber)).size).toBe(1);
    expect(receipts.map(({ status }) => status)).toEqual(["0x1", "0x1", "0x1"]);
  });

  describe("those that wait", () => {
    test("are listed by sender and nonce, and can be dropped", async () => {
      await call("evm_setAutomine", false);
      const ready = await send({ to: WHO, gas: 10_000_000, value: 7 });
      const queued = await send({ to: WHO, gas: 10_000_000, nonce: 5 });
      expect(await call("txpool_status")).toEqual({ pending: "0x1", queued: "0x1" });
      expect(await call("txpool_content")).toMatchObject({
        pending: { [first]: { 0: { hash: ready, blockNumber: null } } },
        queued: { [first]: { 5: { hash: queued } } },
      });
      const { pending } = (await call("txpool_inspect")) as {
        pending: Record<string, Record<string, string>>;
      };
      expect(pending[first]?.[0]).toMatch(/^0x7777.*: 7 wei \+ 10000000 gas × \d+ wei$/);
      expect(await call("hardhat_dropTransaction", queued)).toBe(true);
      expect(await call("hardhat_dropTransaction", queued)).toBe(false);
      expect(await call("anvil_dropTransaction", queued)).toBeNull();
      expect(await call("anvil_dropTransaction", ready)).toBe(ready);
      expect(chain.pool.size).toBe(0);
      await send({ to: WHO, gas: 10_000_000 });
      expect(await call("anvil_dropAllTransactions")).toBeNull();
      expect(chain.pool.size).toBe(0);
    });
  });
});
