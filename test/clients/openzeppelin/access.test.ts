/** Who may do what: roles, managers, owners, forwarders, guards against coming back. */
import { encodeFunctionData, type Hex, keccak256, parseEther, stringToHex, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import { at, type Client, clientOf, type Deployed, deploy, errorsOf, person } from "../support/viem.js";

const contracts = artifacts("access.sol");
const [owner, friend, relayer] = [person(0), person(1), person(2)];

let node: DevNode;
let client: Client;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
});
afterAll(() => node?.[Symbol.asyncDispose]());

async function pass(seconds: number) {
  await client.increaseTime({ seconds });
  await client.mine({ blocks: 1 });
}

test("AccessControl", async () => {
  const roles = await deploy(client, contracts("Roles"));
  const role = keccak256(stringToHex("WRITER"));
  expect(await roles.refusal("write", [1n])).toEqual({
    errorName: "AccessControlUnauthorizedAccount",
    args: [owner.address, role],
  });
  await roles.write("grantRole", [role, friend.address]);
  await roles.write("write", [5n], { from: friend });
  expect(await roles.read("value")).toBe(5n);
  expect(await roles.read("getRoleMembers", role)).toEqual([friend.address]);
  await roles.write("renounceRole", [role, friend.address], { from: friend });
  expect(await roles.read("hasRole", role, friend.address)).toBe(false);
});

test("AccessControlDefaultAdminRules: the admin changes after a delay", async () => {
  const roles = await deploy(client, contracts("SlowRoles"));
  await roles.write("beginDefaultAdminTransfer", [friend.address]);
  const [, schedule] = await roles.read("pendingDefaultAdmin");
  expect(await roles.refusal("acceptDefaultAdminTransfer", [], { from: friend })).toEqual({
    errorName: "AccessControlEnforcedDefaultAdminDelay",
    args: [schedule],
  });
  await pass(86_401);
  await roles.write("acceptDefaultAdminTransfer", [], { from: friend });
  expect(await roles.read("defaultAdmin")).toBe(friend.address);
});

test("AccessManager: a role with a delay schedules, and executes later", async () => {
  const manager = await deploy(client, contracts("AccessManager", "access/manager"), [owner.address]);
  const managed = await deploy(client, contracts("Managed"), [manager.address]);
  const [ROLE, DELAY] = [7n, 600];
  const data = encodeFunctionData({ abi: managed.abi, functionName: "write", args: [9n] });
  await manager.write("setTargetFunctionRole", [managed.address, [data.slice(0, 10)], ROLE]);
  await manager.write("grantRole", [ROLE, friend.address, DELAY]);
  expect(await managed.refusal("write", [9n], { from: relayer })).toEqual({
    errorName: "AccessManagedUnauthorized",
    args: [relayer.address],
  });
  await manager.write("schedule", [managed.address, data, 0], { from: friend });
  expect(await manager.refusal("execute", [managed.address, data], { from: friend })).toMatchObject({
    errorName: "AccessManagerNotReady",
  });
  await pass(DELAY);
  await manager.write("execute", [managed.address, data], { from: friend });
  expect(await managed.read("value")).toBe(9n);
});

test("Ownable2Step", async () => {
  const owned = await deploy(client, contracts("Owned"));
  await owned.write("transferOwnership", [friend.address]);
  expect(await owned.read("owner")).toBe(owner.address);
  await owned.write("acceptOwnership", [], { from: friend });
  expect(await owned.read("owner")).toBe(friend.address);
});

test("VestingWallet: what is vested follows from the time", async () => {
  const { timestamp } = await client.getBlock();
  const wallet = await deploy(
    client,
    contracts("VestingWallet", "finance"),
    [friend.address, timestamp, 1000n],
    { value: parseEther("1") },
  );
  expect(await wallet.read("vestedAmount", timestamp + 250n)).toBe(parseEther("0.25"));
  await pass(2000);
  const before = await client.getBalance({ address: friend.address });
  await wallet.write("release");
  expect((await client.getBalance({ address: friend.address })) - before).toBe(parseEther("1"));
});

describe("a forwarder (ERC-2771)", () => {
  let forwarder: Deployed;
  let book: Deployed;
  beforeAll(async () => {
    forwarder = await deploy(client, contracts("ERC2771Forwarder", "metatx"), ["Forwarder"]);
    book = await deploy(client, contracts("Guestbook"), [forwarder.address]);
  });

  /** A call that the friend has signed for. */
  async function request(data: Hex, gas: bigint) {
    const unsigned = {
      from: friend.address,
      to: book.address,
      value: 0n,
      gas,
      nonce: await forwarder.read("nonces", friend.address),
      deadline: Number((await client.getBlock()).timestamp) + 3600,
      data,
    };
    const signature = await friend.signTypedData({
      domain: {
        name: "Forwarder",
        version: "1",
        chainId: client.chain.id,
        verifyingContract: forwarder.address,
      },
      types: {
        ForwardRequest: [
          { name: "from", type: "address" },
          { name: "to", type: "address" },
          { name: "value", type: "uint256" },
          { name: "gas", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint48" },
          { name: "data", type: "bytes" },
        ],
      },
      primaryType: "ForwardRequest",
      message: unsigned,
    });
    return { ...unsigned, signature };
  }

  const sign = (text: string) => encodeFunctionData({ abi: book.abi, functionName: "sign", args: [text] });

  test("brings a call of somebody who pays nothing", async () => {
    const signed = await request(sign("I was here"), 20_000_000n);
    expect(await forwarder.read("verify", signed)).toBe(true);
    expect(await forwarder.refusal("execute", [{ ...signed, gas: 1n }])).toMatchObject({
      errorName: "ERC2771ForwarderInvalidSigner",
    });
    await forwarder.write("execute", [signed], { from: relayer });
    expect(await book.read("entries", friend.address)).toBe("I was here");
    expect(await book.read("entries", relayer.address)).toBe("");
  });

  test("brings several calls in one (Multicall), and several requests", async () => {
    const many = encodeFunctionData({
      abi: book.abi,
      functionName: "multicall",
      args: [[sign("once"), sign("twice")]],
    });
    await forwarder.write("executeBatch", [[await request(many, 40_000_000n)], zeroAddress], {
      from: relayer,
    });
    expect(await book.read("entries", friend.address)).toBe("twice");
  });

  test("a call for which gas does not suffice fails", async () => {
    const signed = await request(sign("too dear"), 100_000n);
    expect(await forwarder.refusal("execute", [signed], { from: relayer })).toMatchObject({
      errorName: "FailedCall",
    });
  });
});

describe("reentrancy", () => {
  const value = parseEther("1");
  async function banks(name: string) {
    const bank = await deploy(client, contracts(name));
    const deposit = { to: bank.address, value: 10n * value, chain: client.chain };
    await client.waitForTransactionReceipt({ hash: await client.sendTransaction(deposit) });
    const { address, abi } = await deploy(client, contracts("Thief"));
    return { bank, thief: at(client, [...abi, ...errorsOf(bank.abi)], address) };
  }

  test("without a guard a thief comes back", async () => {
    const { bank, thief } = await banks("OpenBank");
    await thief.write("rob", [bank.address], { value });
    expect(await client.getBalance({ address: thief.address })).toBe(3n * value);
  });

  test.each(["GuardedBank", "TransientlyGuardedBank"])("%s", async (name) => {
    const { bank, thief } = await banks(name);
    expect(await thief.refusal("rob", [bank.address], { value })).toEqual({
      errorName: "ReentrancyGuardReentrantCall",
      args: [],
    });
    await bank.write("withdraw");
    expect(await bank.read("balances", owner.address)).toBe(0n);
  });
});
