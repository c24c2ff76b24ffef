/** Wallets of modules (ERC-7579): who signs, who acts, who answers. */
import { concatHex, encodeFunctionData, encodePacked, type Hex, hashMessage, pad, parseEther } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import { entryPointArtifact, operation } from "../support/user-operations.js";
import { at, type Client, clientOf, type Deployed, deploy, person, raw } from "../support/viem.js";

const contracts = artifacts("modules.sol");
const [bundler, owner, stranger] = [person(0), person(1), person(2)];
const [EXECUTOR, FALLBACK] = [2n, 3n];
/** Modes of ERC-7579: one call, or one that may fail. */
const [SINGLE, TRY_SINGLE] = ["0x00", "0x0001"].map((mode) => pad(mode as Hex, { dir: "right" }));

let node: DevNode;
let client: Client;
let entryPoint: Deployed;
let validator: Deployed;
let valet: Deployed;
let wallet: Deployed;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  entryPoint = await deploy(client, entryPointArtifact);
  validator = await deploy(client, contracts("KeyValidator"));
  valet = await deploy(client, contracts("Valet"));
  const args = [entryPoint.address, validator.address, owner.address];
  wallet = await deploy(client, contracts("ModularWallet"), args);
  const funds = { to: wallet.address, value: parseEther("2"), chain: client.chain };
  await client.waitForTransactionReceipt({ hash: await client.sendTransaction(funds) });
});
afterAll(() => node?.[Symbol.asyncDispose]());

const install = (kind: bigint, data: Hex) =>
  encodeFunctionData({
    abi: wallet.abi,
    functionName: "installModule",
    args: [kind, valet.address, data],
  });

/** A request to the wallet, through the entry point: the nonce says which module checks the signature. */
async function ask(callData: Hex, signer = owner) {
  const wish = { sender: wallet.address, callData, nonceKey: BigInt(validator.address) << 32n };
  const { unsigned, hash } = await operation(entryPoint, wish);
  return [[{ ...unsigned, signature: await raw(signer, hash) }], bundler.address] as const;
}

test("a module checks signatures: of operations, and of others (ERC-1271)", async () => {
  expect(await wallet.read("accountId")).toBe("@openzeppelin/contracts.AccountERC7579.v1.0.0");
  expect(await validator.read("keys", wallet.address)).toBe(owner.address);
  const callData = install(EXECUTOR, "0x");
  expect(await entryPoint.refusal("handleOps", await ask(callData, stranger))).toEqual({
    errorName: "FailedOp",
    args: [0n, "AA24 signature error"],
  });
  const message = "by a module";
  for (const [signer, isValid] of [
    [owner, true],
    [stranger, false],
  ] as const) {
    const signature = concatHex([validator.address, await raw(signer, hashMessage(message))]);
    expect(await client.verifyMessage({ address: wallet.address, message, signature })).toBe(isValid);
  }
});

test("a module makes the wallet act", async () => {
  expect(await valet.refusal("run", [wallet.address, SINGLE])).toBeUndefined();
  const errand = encodePacked(["address", "uint256"], [stranger.address, 5n]);
  await entryPoint.write("handleOps", await ask(install(EXECUTOR, errand)));
  expect(await wallet.read("isModuleInstalled", EXECUTOR, valet.address, "0x")).toBe(true);
  const before = await client.getBalance({ address: stranger.address });
  await valet.write("run", [wallet.address, SINGLE]);
  await valet.write("run", [wallet.address, TRY_SINGLE]);
  expect((await client.getBalance({ address: stranger.address })) - before).toBe(10n);
});

test("a module answers in the wallet's place, and knows who asks", async () => {
  const { abi } = valet;
  const greeting = at(client, [...abi, ...wallet.abi], wallet.address);
  expect(await greeting.refusal("greet", [1n])).toMatchObject({ errorName: "ERC7579MissingFallbackHandler" });
  const selector = encodeFunctionData({ abi, functionName: "greet", args: [0n] }).slice(0, 10) as Hex;
  await entryPoint.write("handleOps", await ask(install(FALLBACK, selector)));
  expect(await greeting.read("greet", 7n)).toEqual([7n, wallet.address, bundler.address]);
});
