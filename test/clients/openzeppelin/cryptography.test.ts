/** Signatures, proofs and encodings that OpenZeppelin's libraries check and make. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { concatHex, type Hex, keccak256, stringToHex, toHex, zeroHash } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import { p256Key, signP256 } from "../support/p256.js";
import { type Client, clientOf, type Deployed, deploy, person } from "../support/viem.js";

const [signer, other] = [person(0), person(1)];

let node: DevNode;
let client: Client;
let contract: Deployed;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  contract = await deploy(client, artifacts("cryptography.sol")("Cryptography"));
});
afterAll(() => node?.[Symbol.asyncDispose]());

test("ECDSA: messages and typed data (EIP-191, EIP-712)", async () => {
  const text = "hello";
  const signature = await signer.signMessage({ message: text });
  expect(await contract.read("signerOf", text, signature)).toBe(signer.address);
  expect(await contract.read("signerOf", "hullo", signature)).not.toBe(signer.address);
  expect(await contract.refusal("signerOf", [text, "0x12"])).toEqual({
    errorName: "ECDSAInvalidSignatureLength",
    args: [1n],
  });
  const mail = { to: other.address, contents: "dear" } as const;
  const typed = await signer.signTypedData({
    domain: { name: "Post", version: "1", chainId: client.chain.id, verifyingContract: contract.address },
    types: {
      Mail: [
        { name: "to", type: "address" },
        { name: "contents", type: "string" },
      ],
    },
    primaryType: "Mail",
    message: mail,
  });
  expect(await contract.read("signerOfMail", mail.to, mail.contents, typed)).toBe(signer.address);
  const [, name, version, chainId, verifyingContract] = await contract.read("eip712Domain");
  expect([name, version, chainId, verifyingContract]).toEqual([
    "Post",
    "1",
    BigInt(client.chain.id),
    contract.address,
  ]);
});

test("MerkleProof", async () => {
  const pair = (...two: Hex[]) => keccak256(concatHex(two.sort()));
  const leaves = ["a", "b", "c", "d"].map((text) => keccak256(stringToHex(text)));
  const [a, b, c, d] = leaves as [Hex, Hex, Hex, Hex];
  const root = pair(pair(a, b), pair(c, d));
  expect(await contract.read("isLeaf", [d, pair(a, b)], root, c)).toBe(true);
  expect(await contract.read("isLeaf", [d, pair(a, b)], root, a)).toBe(false);
});

test.each(["p256Native", "p256Solidity"])("P-256: %s", async (name) => {
  const key = p256Key();
  const { x, y } = key;
  const data = Buffer.from("signed by a passkey");
  const hash = `0x${createHash("sha256").update(data).digest("hex")}` as Hex;
  const { r, s } = signP256(key, data);
  expect(await contract.read(name, hash, r, s, x, y)).toBe(true);
  expect(await contract.read(name, zeroHash, r, s, x, y)).toBe(false);
});

test("RSA: big powers by the precompiled contract", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const data = Buffer.from("signed by a certificate");
  const signature = sign("sha256", data, privateKey);
  const [exponent, modulus] = numbersOf(publicKey);
  expect(await contract.read("rsa", toHex(data), toHex(signature), exponent, modulus)).toBe(true);
  signature[100] = (signature[100] as number) ^ 1;
  expect(await contract.read("rsa", toHex(data), toHex(signature), exponent, modulus)).toBe(false);
  expect(await contract.read("power", 3n, 1000n, 1_000_007n)).toBe(3n ** 1000n % 1_000_007n);
});

function numbersOf(key: KeyObject): Hex[] {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  return [e, n].map((number) => toHex(Buffer.from(number, "base64url")));
}

test("texts", async () => {
  expect(await contract.read("texts", 2n ** 255n, signer.address, "0x00ff10")).toEqual([
    `${2n ** 255n}`,
    signer.address,
    "AP8Q",
  ]);
});

test("hashes of the last 256 epochs; those before have none, as there is no contract of EIP-2935", async () => {
  await client.mine({ blocks: 300 });
  const { number } = await client.getBlock();
  const { hash } = await client.getBlock({ blockNumber: number - 1n });
  expect(await contract.read("hashOf", number - 1n)).toBe(hash);
  expect(await contract.read("hashOf", number - 280n)).toBe(zeroHash);
});
