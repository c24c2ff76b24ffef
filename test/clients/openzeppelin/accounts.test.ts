/** Account abstraction: wallets that are contracts, their signatures, the entry point, those who pay for others. */
import {
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  hashMessage,
  keccak256,
  type LocalAccount,
  parseEther,
  serializeErc6492Signature,
  toHex,
} from "viem";
import { hashMessage as hashNested } from "viem/experimental/erc7739";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import { p256Key, signByPasskey } from "../support/p256.js";
import {
  batch,
  type Call,
  entryPointArtifact,
  operation,
  type PackedUserOperation,
  packed,
  type Wish,
} from "../support/user-operations.js";
import { at, type Client, clientOf, type Deployed, deploy, person, raw } from "../support/viem.js";

const contracts = artifacts("accounts.sol");
const [bundler, owner, sponsorKey, stranger] = [person(0), person(1), person(2), person(3)];
const MAGIC = "0x1626ba7e";
const INVALID = "0xffffffff";

let node: DevNode;
let client: Client;
let entryPoint: Deployed;
let target: Deployed;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  entryPoint = await deploy(client, entryPointArtifact);
  target = await deploy(client, contracts("Target"));
});
afterAll(() => node?.[Symbol.asyncDispose]());

const handleOps = (...operations: PackedUserOperation[]) =>
  entryPoint.write("handleOps", [operations, bundler.address]);
const callTarget = (what: bigint) => ({
  target: target.address,
  data: encodeFunctionData({ abi: target.abi, functionName: "call", args: [what] }),
});
/** Makes a wallet call others. */
const doing = (...calls: Call[]) => batch(calls, contracts("KeyWallet").abi);
async function pay(to: Hex, value: bigint) {
  const hash = await client.sendTransaction({ to, value, chain: client.chain });
  await client.waitForTransactionReceipt({ hash });
}
/** Events of the entry point by name, with what is known of the operation. */
const told = (receipt: Awaited<ReturnType<typeof handleOps>>) =>
  entryPoint
    .events(receipt)
    .map(({ eventName, args }) => [eventName, (args as { success?: boolean }).success]);

describe("the entry point (ERC-4337)", () => {
  let wallet: Deployed;
  const signed = async (wish: Omit<Wish, "sender">, by: LocalAccount = owner, sender = wallet.address) => {
    const { unsigned, hash } = await operation(entryPoint, { sender, ...wish });
    return { ...unsigned, signature: await raw(by, hash) };
  };
  beforeAll(async () => {
    wallet = await deploy(client, contracts("KeyWallet"), [entryPoint.address, owner.address]);
    await pay(wallet.address, parseEther("1"));
  });

  test("a wallet pays for what its key has signed", async () => {
    const before = await client.getBalance({ address: bundler.address });
    const receipt = await handleOps(await signed({ callData: doing(callTarget(5n), callTarget(6n)) }));
    expect(told(receipt)).toContainEqual(["UserOperationEvent", true]);
    expect(await target.read("calls", wallet.address)).toBe(11n);
    // The bundler gets more than it has paid.
    expect(await client.getBalance({ address: bundler.address })).toBeGreaterThan(before);
  });

  test("not for what others have signed, and not twice", async () => {
    const forged = await signed({ callData: doing(callTarget(1n)) }, stranger);
    expect(await entryPoint.refusal("handleOps", [[forged], bundler.address])).toEqual({
      errorName: "FailedOp",
      args: [0n, "AA24 signature error"],
    });
    const once = await signed({ callData: doing(callTarget(1n)) });
    await handleOps(once);
    expect(await entryPoint.refusal("handleOps", [[once], bundler.address])).toEqual({
      errorName: "FailedOp",
      args: [0n, "AA25 invalid account nonce"],
    });
    expect(await wallet.refusal("validateUserOp", [once, keccak256("0x"), 0n])).toEqual({
      errorName: "AccountUnauthorized",
      args: [bundler.address],
    });
  });

  test("a call that fails is paid for, too", async () => {
    const receipt = await handleOps(await signed({ callData: doing(callTarget(0n)) }));
    expect(told(receipt)).toEqual(
      expect.arrayContaining([
        ["UserOperationRevertReason", undefined],
        ["UserOperationEvent", false],
      ]),
    );
  });

  test("and one that runs out of the gas that was signed for", async () => {
    const receipt = await handleOps(await signed({ callData: doing(callTarget(2n)), callGas: 300_000n }));
    expect(told(receipt)).toContainEqual(["UserOperationEvent", false]);
  });

  test("a wallet that its first operation creates, at an address known before", async () => {
    const factory = await deploy(client, contracts("WalletFactory"), [entryPoint.address]);
    const sender = (await factory.read("addressOf", stranger.address)) as Hex;
    await pay(sender, parseEther("1"));
    expect(await client.getCode({ address: sender })).toBeUndefined();
    const make = encodeFunctionData({ abi: factory.abi, functionName: "make", args: [stranger.address] });
    const wish = { callData: doing(callTarget(3n)), initCode: concatHex([factory.address, make]) };
    const receipt = await handleOps(await signed(wish, stranger, sender));
    expect(told(receipt)).toEqual(
      expect.arrayContaining([
        ["AccountDeployed", undefined],
        ["UserOperationEvent", true],
      ]),
    );
    expect(await target.read("calls", sender)).toBe(3n);
    expect(await at(client, wallet.abi, sender).read("signer")).toBe(stranger.address);
  });

  test("a sponsor pays for a wallet that has nothing", async () => {
    const sponsor = await deploy(client, contracts("Sponsor"), [entryPoint.address, sponsorKey.address]);
    await entryPoint.write("depositTo", [sponsor.address], { value: parseEther("1") });
    const poor = await deploy(client, contracts("KeyWallet"), [entryPoint.address, owner.address]);
    const [validAfter, validUntil] = [0, 2 ** 40];
    const limits = packed(50_000_000n, 50_000_000n);
    const terms = concatHex([sponsor.address, limits]);
    const period = concatHex([toHex(validAfter, { size: 6 }), toHex(validUntil, { size: 6 })]);
    const wish = { sender: poor.address, callData: doing(callTarget(4n)) };
    const { unsigned } = await operation(entryPoint, wish);
    const agreed = await sponsorKey.signTypedData({
      domain: { name: "Sponsor", version: "1", chainId: client.chain.id, verifyingContract: sponsor.address },
      types: {
        UserOperationRequest: [
          { name: "sender", type: "address" },
          { name: "nonce", type: "uint256" },
          { name: "initCode", type: "bytes" },
          { name: "callData", type: "bytes" },
          { name: "accountGasLimits", type: "bytes32" },
          { name: "preVerificationGas", type: "uint256" },
          { name: "gasFees", type: "bytes32" },
          { name: "paymasterVerificationGasLimit", type: "uint256" },
          { name: "paymasterPostOpGasLimit", type: "uint256" },
          { name: "validAfter", type: "uint48" },
          { name: "validUntil", type: "uint48" },
        ],
      },
      primaryType: "UserOperationRequest",
      message: {
        ...unsigned,
        paymasterVerificationGasLimit: 50_000_000n,
        paymasterPostOpGasLimit: 50_000_000n,
        validAfter,
        validUntil,
      },
    });
    const paymasterAndData = concatHex([terms, period, agreed]);
    const receipt = await handleOps(
      await signed({ callData: wish.callData, paymasterAndData }, owner, poor.address),
    );
    expect(told(receipt)).toContainEqual(["UserOperationEvent", true]);
    expect(await client.getBalance({ address: poor.address })).toBe(0n);
    expect(await entryPoint.read("balanceOf", sponsor.address)).toBeLessThan(parseEther("1"));
  });

  test("a wallet that a passkey signs for", async () => {
    const key = p256Key();
    const args = [entryPoint.address, key.x, key.y];
    const passkeyWallet = await deploy(client, contracts("PasskeyWallet"), args);
    await pay(passkeyWallet.address, parseEther("1"));
    const wish = { sender: passkeyWallet.address, callData: doing(callTarget(8n)) };
    const { unsigned, hash } = await operation(entryPoint, wish);
    const receipt = await handleOps({ ...unsigned, signature: signByPasskey(key, hash) });
    expect(told(receipt)).toContainEqual(["UserOperationEvent", true]);
    expect(await target.read("calls", passkeyWallet.address)).toBe(8n);
  });
});

describe("signatures of wallets (ERC-1271, ERC-7739)", () => {
  let wallet: Deployed;
  let checker: Deployed;
  beforeAll(async () => {
    wallet = await deploy(client, contracts("KeyWallet"), [entryPoint.address, owner.address]);
    checker = await deploy(client, contracts("Checker"));
  });
  test("a message, nested in the wallet's domain", async () => {
    const message = "a message";
    const hash = hashMessage(message);
    const signature = await nested(owner, wallet.address, message);
    expect(await wallet.read("isValidSignature", hash, signature)).toBe(MAGIC);
    const forged = await nested(stranger, wallet.address, message);
    expect(await wallet.read("isValidSignature", hash, forged)).toBe(INVALID);
    // A signature that names no wallet could be used with another one of the same key.
    expect(await wallet.read("isValidSignature", hash, await raw(owner, hash))).toBe(INVALID);
    expect(await checker.read("isValid", wallet.address, hash, signature)).toBe(true);
    expect(await checker.read("isValid", owner.address, hash, await raw(owner, hash))).toBe(true);
    expect(await client.verifyMessage({ address: wallet.address, message, signature })).toBe(true);
    expect(await client.verifyMessage({ address: wallet.address, message, signature: forged })).toBe(false);
  });

  test("of a wallet that is not there yet, by the call that would make it (ERC-6492)", async () => {
    const factory = await deploy(client, contracts("WalletFactory"), [entryPoint.address]);
    const address = (await factory.read("addressOf", owner.address)) as Hex;
    const data = encodeFunctionData({ abi: factory.abi, functionName: "make", args: [owner.address] });
    const message = "before I was";
    const verify = async (by: LocalAccount) =>
      client.verifyMessage({
        address,
        message,
        signature: serializeErc6492Signature({
          address: factory.address,
          data,
          signature: await nested(by, address, message),
        }),
      });
    expect([await verify(owner), await verify(stranger)]).toEqual([true, false]);
    expect(await client.getCode({ address })).toBeUndefined();
  });

  /** A signature of a message that counts with one wallet only: nested in its domain. */
  const nested = (by: LocalAccount, verifyingContract: Hex, message: string) =>
    raw(by, hashNested({ message, verifierDomain: domainOf(verifyingContract) }));
  const domainOf = (verifyingContract: Hex) => ({
    name: "Wallet",
    version: "1",
    chainId: client.chain.id,
    verifyingContract,
  });

  test("that it answers as ERC-7739 asks", async () => {
    expect(await wallet.read("isValidSignature", `0x${"7739".repeat(16)}`, "0x")).toBe("0x77390001");
  });

  test("of two keys out of three, one of them a passkey (ERC-7913)", async () => {
    const key = p256Key();
    const verifier = await deploy(
      client,
      contracts("ERC7913WebAuthnVerifier", "utils/cryptography/verifiers"),
    );
    const passkey = concatHex([verifier.address, key.x, key.y]);
    const signers = [owner.address, stranger.address, passkey];
    const shared = await deploy(client, contracts("SharedWallet"), [entryPoint.address, signers, 2n]);
    const wish = { sender: shared.address, callData: doing(callTarget(9n)) };
    await pay(shared.address, parseEther("1"));
    const { unsigned, hash } = await operation(entryPoint, wish);
    const votes = [
      [owner.address, await raw(owner, hash)],
      [passkey, signByPasskey(key, hash)],
    ].sort(([a], [b]) => (keccak256(a as Hex) < keccak256(b as Hex) ? -1 : 1)) as [Hex, Hex][];
    const signature = (some: [Hex, Hex][]) =>
      encodeAbiParameters(
        [{ type: "bytes[]" }, { type: "bytes[]" }],
        [some.map(([signer]) => signer), some.map(([, each]) => each)],
      );
    const few = { ...unsigned, signature: signature(votes.slice(1)) };
    expect(await entryPoint.refusal("handleOps", [[few], bundler.address])).toMatchObject({
      errorName: "FailedOp",
    });
    const receipt = await handleOps({ ...unsigned, signature: signature(votes) });
    expect(told(receipt)).toContainEqual(["UserOperationEvent", true]);
  });
});
