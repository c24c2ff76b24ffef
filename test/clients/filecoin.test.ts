/** Clients of Filecoin's API: iso-filecoin, Lotus's JavaScript client, Glif's. */
import { createRequire } from "node:module";
import { NodejsProvider } from "@filecoin-shipyard/lotus-client-provider-nodejs";
import { LotusRPC } from "@filecoin-shipyard/lotus-client-rpc";
import { mainnet } from "@filecoin-shipyard/lotus-client-schema";
import * as Address from "iso-filecoin/address";
import { Message } from "iso-filecoin/message";
import { RPC } from "iso-filecoin/rpc";
import { Token } from "iso-filecoin/token";
import { accountFromMnemonic, signMessage } from "iso-filecoin/wallet";
import { createWalletClient, type Hex, http, parseEther } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, MNEMONIC, startDevNode } from "./support/dev-node.js";

// Vitest and Node disagree about what the default export of this CommonJS module is.
const { default: GlifClient } = createRequire(import.meta.url)(
  "@glif/filecoin-rpc-client",
) as typeof import("@glif/filecoin-rpc-client");
const INVOKE_EVM = 3844450837;
const PATIENT = { timeout: 30_000 };

let node: DevNode;
beforeAll(async () => {
  node = await startDevNode();
});
afterAll(() => node?.[Symbol.asyncDispose]());

describe("iso-filecoin", () => {
  const account = (index: number, type: "SECP256K1" | "BLS" = "SECP256K1") =>
    accountFromMnemonic(MNEMONIC, type, `m/44'/461'/0'/0/${index}`, undefined, "testnet");
  const rich = account(0);
  const eth = mnemonicToAccount(MNEMONIC);
  const delegated = Address.fromEthAddress(eth.address, "testnet");
  let rpc: RPC;

  beforeAll(() => {
    rpc = new RPC({ api: `${node.url}/rpc/v1`, network: "testnet" });
  });

  /** The result of a call; throws the error that it has. */
  async function got<T>(answer: Promise<{ result?: T | undefined; error?: Error | undefined }>): Promise<T> {
    const { result, error } = await answer;
    if (error !== undefined) throw error;
    return result as T;
  }

  const balance = async (address: { toString(): string }) =>
    BigInt(await got(rpc.balance(address.toString())));
  const fil = (text: string) => Token.fromFIL(text).toAttoFIL().toString();

  /** Sends FIL and waits for the receipt. */
  async function transfer(to: string, amount: string, from = rich, by = rpc) {
    const filled = new Message({ from: from.address.toString(), to, value: fil(amount) });
    const message = await filled.prepare(by);
    const signature = signMessage(from.privateKey, from.type, message);
    const cid = await got(by.pushMessage({ msg: message, signature }));
    const looked = (await got(by.waitMsg({ cid }))) as unknown as {
      Message: typeof cid;
      Receipt: { ExitCode: number; GasUsed: number };
      Height: number;
    };
    expect(looked.Message).toEqual(cid);
    expect(looked.Receipt.ExitCode).toBe(0);
    return { message, receipt: looked.Receipt };
  }

  test("the node and its network", async () => {
    expect(await got(rpc.version())).toMatchObject({ BlockDelay: 30 });
    expect(await got(rpc.networkName())).toEqual(expect.any(String));
  });

  test.each(["SECP256K1", "BLS"] as const)("f1 to a new %s account, and back", async (type) => {
    const poor = account(50, type);
    expect(await balance(poor.address)).toBe(0n);
    const nonce = await got(rpc.nonce(rich.address.toString()));
    const { message, receipt } = await transfer(poor.address.toString(), "5");
    expect(message).toMatchObject({ nonce, method: 0 });
    expect(receipt.GasUsed).toBeLessThanOrEqual(message.gasLimit);
    expect(await balance(poor.address)).toBe(parseEther("5"));
    await transfer(rich.address.toString(), "1", poor);
    expect(await got(rpc.nonce(poor.address.toString()))).toBe(1);
    expect(await balance(poor.address)).toBeLessThan(parseEther("4"));
    expect(await balance(poor.address)).toBeGreaterThan(parseEther("3.9"));
  });

  test("messages that wait for their block, of either kind", async () => {
    await using slow = await startDevNode("--block-time", "1");
    const by = new RPC({ api: `${slow.url}/rpc/v1`, network: "testnet" });
    const poor = account(51, "BLS");
    await transfer(poor.address.toString(), "5", rich, by);
    await transfer(rich.address.toString(), "1", poor, by);
    expect(await got(by.nonce(poor.address.toString()))).toBe(1);
  });

  test("f1 to f410, that have an account and that nobody has yet", async () => {
    for (const to of [delegated, Address.fromEthAddress(`0x${"ab".repeat(20)}`, "testnet")]) {
      const before = await balance(to);
      const { message } = await transfer(to.toString(), "2");
      expect(message.method).toBe(INVOKE_EVM);
      expect((await balance(to)) - before).toBe(parseEther("2"));
    }
  });

  test("f410 to f1, by its masked ID, and to f410", async () => {
    const wallet = createWalletClient({ account: eth, transport: http(node.url) });
    const to = account(1).address;
    const masked = (await to.to0x({ rpc })) as Hex;
    expect(Address.isIdMaskAddress(masked)).toBe(true);
    const before = await balance(to);
    await wallet.sendTransaction({ to: masked, value: 7n, chain: null });
    expect((await balance(to)) - before).toBe(7n);
    const other = Address.fromEthAddress(`0x${"cd".repeat(20)}`, "testnet");
    await wallet.sendTransaction({ to: Address.toEthAddress(other) as Hex, value: 8n, chain: null });
    expect(await balance(other)).toBe(8n);
  });

  test("gas estimates give the whole message back", async () => {
    const msg = { from: rich.address.toString(), to: account(1).address.toString(), value: "100" };
    const estimated = await got(rpc.gasEstimate({ msg, maxFee: fil("0.1") }));
    expect(estimated).toMatchObject({ From: msg.from, To: msg.to, Value: "100", Method: 0 });
    expect(estimated.GasLimit).toBeGreaterThan(1_000_000);
    expect(BigInt(estimated.GasFeeCap)).toBeGreaterThan(0n);
    const nobody = rpc.gasEstimate({ msg: { ...msg, from: account(99).address.toString() } });
    await expect(got(nobody)).rejects.toThrow("not found");
  });

  test("addresses in all their forms", async () => {
    const id = await rich.address.toIdAddress({ rpc });
    expect(id.toString()).toMatch(/^t01\d\d$/);
    expect((await id.toRobust({ rpc })).toString()).toBe(rich.address.toString());
    const masked = await rich.address.to0x({ rpc });
    expect(Address.isIdMaskAddress(masked)).toBe(true);
    expect(await id.to0x({ rpc })).toBe(masked);
    expect(await delegated.to0x({ rpc })).toBe(eth.address);
    // Otherwise it asks for the state 900 epochs ago, which is that of genesis.
    const delegatedId = await got(rpc.getIDAddress({ address: delegated.toString(), safety: "latest" }));
    const robust = await got(rpc.stateLookupRobustAddress({ address: delegatedId }));
    expect(robust).toBe(delegated.toString());
  });

  test("the ID of an f410 address, as it was 900 epochs before a new chain's head", async () => {
    await using fresh = await startDevNode();
    const young = new RPC({ api: `${fresh.url}/rpc/v1`, network: "testnet" });
    const id = await delegated.toIdAddress({ rpc: young });
    expect(id.toString()).toMatch(/^t01\d\d$/);
  });

  test("errors are the node's", async () => {
    const nobody = account(98).address.toString();
    await expect(got(rpc.nonce(nobody))).rejects.toThrow("actor not found");
    const message = new Message({ from: rich.address.toString(), to: nobody, value: fil("100000000") });
    await expect(message.prepare(rpc)).rejects.toThrow(/funds|balance/i);
  });
});

describe("Lotus's JavaScript client", () => {
  test.each(["http", "ws"])("over %s", async (protocol) => {
    const provider = new NodejsProvider(`${node.url.replace("http", protocol)}/rpc/v1`, {});
    const client = new LotusRPC(provider, { schema: mainnet.fullNode }) as unknown as LotusClient;
    try {
      const head = await client.chainHead();
      expect(head).toMatchObject({ Height: expect.any(Number), Blocks: [expect.anything()] });
      expect(await client.version()).toMatchObject({ BlockDelay: 30 });
      const [miner] = await client.stateListMiners([]);
      expect(await client.stateMinerInfo(miner as string, head.Cids)).toMatchObject({
        SectorSize: 34359738368,
      });
      await expect(client.walletBalance("t1nobody")).rejects.toThrow();
    } finally {
      await client.destroy();
    }
  });

  test("told of new tipsets", async () => {
    const client = new LotusRPC(new NodejsProvider(`${node.ws}/rpc/v0`, {}), { schema: mainnet.fullNode });
    const changes: string[] = [];
    const [stop] = (client as unknown as LotusClient).chainNotify((news) => {
      for (const { Type } of news) changes.push(Type);
    });
    await expect.poll(() => changes, PATIENT).toEqual(["current"]);
    await node.call("evm_mine");
    await expect.poll(() => changes, PATIENT).toContain("apply");
    await stop();
    await (client as unknown as LotusClient).destroy();
  });
});

interface LotusClient {
  chainHead(): Promise<{ readonly Height: number; readonly Cids: readonly unknown[] }>;
  version(): Promise<unknown>;
  stateListMiners(tipset: readonly unknown[]): Promise<readonly string[]>;
  stateMinerInfo(miner: string, tipset: readonly unknown[]): Promise<unknown>;
  walletBalance(address: string): Promise<string>;
  chainNotify(listener: (news: readonly { readonly Type: string }[]) => void): [() => Promise<void>];
  destroy(): Promise<void>;
}

test("Glif's client", async () => {
  const client = new GlifClient({ apiAddress: `${node.url}/rpc/v1` });
  const miners = await client.request<string[]>("StateListMiners", []);
  expect(miners.length).toBeGreaterThan(0);
  expect(await client.request("ChainHead")).toMatchObject({ Height: expect.any(Number) });
  expect(await client.request("WalletBalance", "t01")).toMatch(/^\d+$/);
  await expect(client.request("WalletBalance", "t1nobody")).rejects.toThrow();
});
