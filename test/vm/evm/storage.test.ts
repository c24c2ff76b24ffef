/** State variables in the slots that Solidity's layout rules give them. */
import { decode, encode } from "@ipld/dag-cbor";
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { fromHex, keccak, toBigInt, toHex, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { type Account, ethAccount } from "../../support/evm/evm-chain.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { contract } from "../../support/evm/solidity.js";

const storageContract = contract("storage.sol", "Storage");
const GET_STORAGE_AT = 5;
const system: Account = { address: idAddress(0), eth: "" };
const someone = ethAccount(77).eth;

/** The slot of a mapping's value (or of a list's first item, without a key). */
const slotOf = (slot: bigint, ...key: Uint8Array[]) => toBigInt(keccak(concatBytes(...key, word(slot))));

/** What is in a slot, as only the system may ask. */
async function slot({ chain, address }: DeployedContract, key: bigint): Promise<bigint> {
  const params = encode([fromHex(`0x${trimmed(key)}`)]);
  const execute = { kind: "implicit" } as const;
  const { receipt } = await chain.send(address, { from: system, method: GET_STORAGE_AT, params, execute });
  expect(receipt.exitCode).toBe(0);
  return toBigInt(decode<Uint8Array>(receipt.returnData));
}

/** Without leading zeros, in whole bytes. */
function trimmed(value: bigint): string {
  const digits = value === 0n ? "" : value.toString(16);
  return digits.padStart(2 * Math.ceil(digits.length / 2), "0");
}

onEachVersion((net) => {
  let storage: DeployedContract;
  beforeAll(async () => {
    storage = await net.chain().deploy(storageContract);
  });

  test.each([1n, 2n ** 64n, 2n ** 256n - 1n, 0n])("a number: %i", async (value) => {
    await storage.call("setNumber(uint256)", value);
    expect(await storage.get("number() returns (uint256)")).toEqual([value]);
    expect(await slot(storage, 0n)).toBe(value);
  });

  test("variables that share a slot", async () => {
    await storage.call("setPacked(uint128,int64,bool)", 2n ** 100n + 7n, -3n, true);
    expect(await storage.get("low() returns (uint128)")).toEqual([2n ** 100n + 7n]);
    expect(await storage.get("middle() returns (int64)")).toEqual([-3n]);
    expect(await storage.get("flag() returns (bool)")).toEqual([true]);
    const middle = 2n ** 64n - 3n;
    expect(await slot(storage, 1n)).toBe((1n << 192n) | (middle << 128n) | (2n ** 100n + 7n));
  });

  test("a mapping", async () => {
    await storage.call("setBalance(address,uint256)", someone, 1234n);
    expect(await storage.get("balanceOf(address) returns (uint256)", someone)).toEqual([1234n]);
    expect(await slot(storage, slotOf(2n, word(someone)))).toBe(1234n);
    const other = ethAccount(78).eth;
    expect(await storage.get("balanceOf(address) returns (uint256)", other)).toEqual([0n]);
  });

  test("a mapping of mappings", async () => {
    const value = toHex(keccak("value"));
    await storage.call("setNested(address,uint256,bytes32)", someone, 9n, value);
    expect(await storage.get("nested(address,uint256) returns (bytes32)", someone, 9n)).toEqual([value]);
    const inner = slotOf(3n, word(someone));
    expect(await slot(storage, slotOf(inner, word(9n)))).toBe(BigInt(value));
  });

  test("a list that grows and shrinks", async () => {
    await storage.call("fill(uint256,uint256)", 100n, 1000n);
    expect(await storage.get("sum() returns (uint256)")).toEqual([100n * 1000n + (99n * 100n) / 2n]);
    expect(await slot(storage, 4n)).toBe(100n);
    expect(await slot(storage, slotOf(4n) + 99n)).toBe(1099n);
    await storage.call("pop()");
    expect(await slot(storage, 4n)).toBe(99n);
    expect(await slot(storage, slotOf(4n) + 99n)).toBe(0n);
    await storage.call("push(uint256)", 5n);
    expect(await storage.get("list(uint256) returns (uint256)", 99n)).toEqual([5n]);
  });

  test.each(["", "short", "x".repeat(31), "x".repeat(32), "long ".repeat(40)])("a text: %j", async (text) => {
    await storage.call("setText(string)", text);
    expect(await storage.get("text() returns (string)")).toEqual([text]);
    const bytes = new TextEncoder().encode(text);
    if (bytes.length < 32)
      expect(await slot(storage, 5n)).toBe(toBigInt(word(bytes)) + 2n * BigInt(bytes.length));
    else {
      expect(await slot(storage, 5n)).toBe(2n * BigInt(bytes.length) + 1n);
      expect(await slot(storage, slotOf(5n))).toBe(toBigInt(word(bytes.subarray(0, 32))));
    }
  });

  test("clearing everything", async () => {
    const cleared = await net.chain().deploy(storageContract);
    await cleared.call("fill(uint256,uint256)", 40n, 1n);
    await cleared.call("setNumber(uint256)", 1n);
    await cleared.call("clear()");
    for (const key of [0n, 4n, slotOf(4n), slotOf(4n) + 39n]) expect(await slot(cleared, key)).toBe(0n);
    expect(await cleared.get("sum() returns (uint256)")).toEqual([0n]);
  });

  test("outlives the machine", async () => {
    await storage.call("setNumber(uint256)", 4711n);
    const next = await net.chain().continued();
    expect(await storage.on(next).get("number() returns (uint256)")).toEqual([4711n]);
    next.close();
  });
});
