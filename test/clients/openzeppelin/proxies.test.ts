/** Proxies that are upgraded, clones, and addresses that are known before the contract is there. */
import { encodeFunctionData, type Hex, keccak256, pad, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import {
  at,
  type Client,
  CREATE2_DEPLOYER,
  clientOf,
  type Deployed,
  deploy,
  person,
} from "../support/viem.js";

const contracts = artifacts("proxies.sol");
const [owner, other] = [person(0), person(1)];
/** Slots of ERC-1967. */
const IMPLEMENTATION = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const ADMIN = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";

let node: DevNode;
let client: Client;
let counter: Deployed;
let fastCounter: Deployed;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  counter = await deploy(client, contracts("Counter"));
  fastCounter = await deploy(client, contracts("FastCounter"));
});
afterAll(() => node?.[Symbol.asyncDispose]());

const initialize = (first: bigint) =>
  encodeFunctionData({ abi: counter.abi, functionName: "initialize", args: [first] });

async function addressIn(proxy: Deployed, slot: Hex): Promise<Hex> {
  const word = await client.getStorageAt({ address: proxy.address, slot });
  return `0x${word?.slice(-40)}`;
}

test("UUPS: the implementation says who may upgrade", async () => {
  const [v1, v2] = [
    await deploy(client, contracts("OwnCounter")),
    await deploy(client, contracts("OwnCounterV2")),
  ];
  const data = encodeFunctionData({ abi: v1.abi, functionName: "initialize", args: [owner.address] });
  const proxy = await deploy(client, contracts("ERC1967Proxy", "proxy/ERC1967"), [v1.address, data]);
  const own = at(client, v2.abi, proxy.address);
  await own.write("increase");
  expect(await addressIn(proxy, IMPLEMENTATION)).toBe(v1.address.toLowerCase());
  expect(await v1.refusal("initialize", [owner.address])).toEqual({
    errorName: "InvalidInitialization",
    args: [],
  });

  const initializeV2 = encodeFunctionData({ abi: v2.abi, functionName: "initializeV2", args: [10n] });
  const upgrade = ["upgradeToAndCall", [v2.address, initializeV2]] as const;
  expect(await own.refusal(...upgrade, { from: other })).toMatchObject({
    errorName: "OwnableUnauthorizedAccount",
  });
  expect(await own.refusal("upgradeToAndCall", [counter.address, "0x"])).toEqual({
    errorName: "ERC1967InvalidImplementation",
    args: [counter.address],
  });
  await own.write(...upgrade);
  await own.write("increase");
  expect(await own.read("count")).toBe(11n);
  expect(await addressIn(proxy, IMPLEMENTATION)).toBe(v2.address.toLowerCase());
});

test("transparent: the admin upgrades, others use", async () => {
  const transparent = contracts("TransparentUpgradeableProxy", "proxy/transparent");
  const proxy = await deploy(client, transparent, [counter.address, owner.address, initialize(5n)]);
  const used = at(client, fastCounter.abi, proxy.address);
  const { abi } = contracts("ProxyAdmin", "proxy/transparent");
  const admin = at(client, abi, await addressIn(proxy, ADMIN));
  expect(await admin.read("owner")).toBe(owner.address);
  expect(await used.read("version")).toBe(1n);
  await admin.write("upgradeAndCall", [proxy.address, fastCounter.address, "0x"]);
  await used.write("increaseBy", [7n]);
  expect([await used.read("version"), await used.read("count")]).toEqual([2n, 12n]);
});

test("beacon: all its proxies are upgraded at once", async () => {
  const beacon = await deploy(client, contracts("UpgradeableBeacon", "proxy/beacon"), [
    counter.address,
    owner.address,
  ]);
  const proxyContract = contracts("BeaconProxy", "proxy/beacon");
  const proxies: Deployed[] = [];
  for (const first of [1n, 100n]) {
    const proxy = await deploy(client, proxyContract, [beacon.address, initialize(first)]);
    proxies.push(at(client, fastCounter.abi, proxy.address));
  }
  const versions = () => Promise.all(proxies.map((proxy) => proxy.read("version")));
  expect(await versions()).toEqual([1n, 1n]);
  await beacon.write("upgradeTo", [fastCounter.address]);
  expect(await versions()).toEqual([2n, 2n]);
  expect(await Promise.all(proxies.map((proxy) => proxy.read("count")))).toEqual([1n, 100n]);
});

describe("a factory", () => {
  let factory: Deployed;
  const salt = keccak256("0x5a17");
  beforeAll(async () => {
    factory = await deploy(client, contracts("Factory"));
  });

  async function made(name: string, ...args: unknown[]): Promise<Hex> {
    const receipt = await factory.write(name, args);
    const [instance] = factory.events(receipt).map(({ args }) => (args as { instance: Hex }).instance);
    if (instance === undefined) throw new Error(`${name} has made nothing`);
    return instance;
  }

  test("clones (ERC-1167)", async () => {
    const clone = at(client, counter.abi, await made("clone", counter.address));
    await clone.write("initialize", [3n]);
    await clone.write("increase");
    expect(await clone.read("count")).toBe(4n);
    expect(await client.getCode({ address: clone.address })).toBe(
      `0x363d3d373d3d3d363d73${counter.address.slice(2).toLowerCase()}5af43d82803e903d91602b57fd5bf3`,
    );
  });

  test("clones at addresses that are known before", async () => {
    const expected = await factory.read("addressOfClone", counter.address, salt);
    expect(await made("cloneAt", counter.address, salt)).toBe(expected);
    // Twice at one address is not possible.
    expect(await factory.refusal("cloneAt", [counter.address, salt])).toEqual({
      errorName: "FailedDeployment",
      args: [],
    });
  });

  test("clones with data of their own", async () => {
    const data = pad("0xabcdef", { size: 50 });
    const clone = await made("cloneWith", counter.address, data);
    expect(await factory.read("argsOf", clone)).toBe(data);
    expect(await at(client, counter.abi, clone).read("version")).toBe(1n);
  });

  test("CREATE2 and CREATE3", async () => {
    const { bytecode } = contracts("OwnCounter");
    expect(await made("create2", salt, bytecode)).toBe(
      await factory.read("addressOf2", salt, keccak256(bytecode)),
    );
    // The same code with another salt, by an address that does not depend on the code.
    expect(await made("create3", salt, bytecode)).toBe(await factory.read("addressOf3", salt));
  });
});

test("the CREATE2 deployer that is there from the beginning", async () => {
  const { bytecode } = contracts("Factory");
  const salt = pad(toHex(1n));
  const to = CREATE2_DEPLOYER;
  const data = `${salt}${bytecode.slice(2)}` as Hex;
  const { data: answer } = await client.call({ to, data });
  const hash = await client.sendTransaction({ to, data, chain: client.chain });
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
  const predicted = keccak256(`0xff${to.slice(2)}${salt.slice(2)}${keccak256(bytecode).slice(2)}`);
  expect(answer).toBe(`0x${predicted.slice(-40)}`);
  expect(await client.getCode({ address: answer as Hex })).not.toBeUndefined();
});
