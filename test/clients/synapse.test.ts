/**
 * synapse-sdk and synapse-core on their devnet, with contracts of ours: npm has the interfaces of Filecoin Onchain Cloud,
 * but not its contracts. So wallets, tokens, accounts and operators are here; data sets and rails are not.
 */
import { type Chain, devnet } from "@filoz/synapse-core/chains";
import * as erc20 from "@filoz/synapse-core/erc20";
import * as pay from "@filoz/synapse-core/pay";
import { Synapse } from "@filoz/synapse-sdk";
import {
  type Abi,
  bytesToHex,
  createWalletClient,
  getAddress,
  type Hex,
  http,
  parseEther,
  publicActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../support/evm/solidity.js";
import { type DevNode, MNEMONIC, startDevNode } from "./support/dev-node.js";

const account = mnemonicToAccount(MNEMONIC);
const OPERATOR = "0x00000000000000000000000000000000000abcde";
const token = "USDFC";

let node: DevNode;
let synapse: Synapse;
let chain: Chain;
/** Polls as often as tests need. */
let client: ReturnType<typeof clientOf>;

function clientOf(onChain: Chain) {
  const transport = http(node.url);
  return createWalletClient({ account, chain: onChain, transport, pollingInterval: 50 }).extend(
    publicActions,
  );
}

async function deploy(name: string, args: readonly unknown[]): Promise<Hex> {
  const { abi, initcode } = contract("payments.sol", name);
  const hash = await client.deployContract({ abi: abi as Abi, bytecode: bytesToHex(initcode), args });
  return getAddress((await client.waitForTransactionReceipt({ hash })).contractAddress as Hex);
}

/** Succeeds once the transaction has. */
async function mined(hash: Promise<Hex>): Promise<void> {
  expect((await client.waitForTransactionReceipt({ hash: await hash })).status).toBe("success");
}

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(devnet);
  const { contracts } = devnet;
  const usdfc = await deploy("Coin", [parseEther("1000")]);
  const filecoinPay = await deploy("Accounts", []);
  chain = {
    ...devnet,
    contracts: {
      ...contracts,
      usdfc: { ...contracts.usdfc, address: usdfc },
      filecoinPay: { ...contracts.filecoinPay, address: filecoinPay },
      fwss: { ...contracts.fwss, address: OPERATOR },
    },
  };
  client = clientOf(chain);
  synapse = Synapse.create({ account, chain, transport: http(node.url), source: null });
});
afterAll(() => node?.[Symbol.asyncDispose]());

describe("synapse-sdk", () => {
  test("knows the chain", async () => {
    expect(synapse.chain.id).toBe(31415926);
    expect(await synapse.client.getChainId()).toBe(31415926);
  });

  test("must 11: balances of the wallet, by Multicall3", async () => {
    expect(await synapse.payments.walletBalance()).toBe(
      await client.getBalance({ address: account.address }),
    );
    expect(await synapse.payments.walletBalance({ token })).toBe(parseEther("1000"));
    const spender = chain.contracts.filecoinPay.address;
    expect(await synapse.payments.allowance({ spender })).toBe(0n);
  });

  test("deposits after an approval, which it asks for itself", async () => {
    const seen: string[] = [];
    await mined(
      synapse.payments.deposit({
        amount: 30n,
        onAllowanceCheck: (current, required) => seen.push(`${current} of ${required}`),
        onApprovalConfirmed: ({ status }) => seen.push(status),
      }),
    );
    expect(seen).toEqual(["0 of 30", "success"]);
    expect(await synapse.payments.balance()).toBe(30n);
  });

  // Its depositWithPermit goes to the addresses of its own table, which are zero for a devnet.
  test("deposits with a permit, together with an operator's approval", async () => {
    const before = await synapse.payments.balance();
    await mined(synapse.payments.depositWithPermitAndApproveOperator({ amount: 50n }));
    const info = await synapse.payments.accountInfo();
    expect(info.funds - before).toBe(50n);
    expect(info.lockupLastSettledAt).toBeGreaterThan(0n);
    expect(await synapse.payments.serviceApproval()).toMatchObject({ isApproved: true });
  });

  test("operators, approved and not any more", async () => {
    const [rateAllowance, lockupAllowance, maxLockupPeriod] = [5n, 6n, 7n];
    await mined(synapse.payments.approveService({ rateAllowance, lockupAllowance, maxLockupPeriod }));
    const approval = await synapse.payments.serviceApproval();
    expect(approval).toMatchObject({ isApproved: true, rateAllowance, lockupAllowance, maxLockupPeriod });
    await mined(synapse.payments.revokeService());
    expect(await synapse.payments.serviceApproval()).toMatchObject({ isApproved: false });
  });

  test("withdrawals, and what it refuses itself", async () => {
    const before = await synapse.payments.balance();
    await mined(synapse.payments.withdraw({ amount: 4n }));
    expect(await synapse.payments.balance()).toBe(before - 4n);
    const tooMuch = synapse.payments.withdraw({ amount: parseEther("1") });
    await expect(tooMuch).rejects.toThrow("Insufficient available funds");
    const poor = synapse.payments.deposit({ amount: parseEther("100000") });
    await expect(poor).rejects.toThrow("Insufficient USDFC");
  });
});

describe("synapse-core", () => {
  test("what it needs for a permit", async () => {
    expect(await erc20.balanceForPermit(client, { address: account.address })).toMatchObject({
      name: "Coin for tests",
      version: "1",
    });
  });

  test("actions that wait for their events", async () => {
    const { address: spender } = chain.contracts.filecoinPay;
    const approved = await erc20.approveSync(client, { spender, amount: 9n });
    expect(approved.event.args).toMatchObject({ owner: account.address, spender, value: 9n });
    const deposited = await pay.depositSync(client, { amount: 9n });
    expect(deposited.event.args).toMatchObject({ from: account.address, to: account.address, amount: 9n });
    const withdrawn = await pay.withdrawSync(client, { amount: 1n });
    expect(withdrawn.event.args).toMatchObject({ amount: 1n });
  });

  test("must 1: a revert has the name of the contract's error", async () => {
    const withdrawal = pay.withdrawCall({ chain, amount: parseEther("1") });
    await expect(client.simulateContract({ ...withdrawal, account })).rejects.toThrow(
      "InsufficientUnlockedFunds",
    );
  });
});
