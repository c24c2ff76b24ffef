/** Contracts that come and go: CreateExternal, CREATE, CREATE2. */
import { decode, encode } from "@ipld/dag-cbor";
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import { addressBytes } from "../../../src/address/address.js";
import { decodeAbi, encodeAbi, fromHex, keccak, toHex, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { create2Address, createAddress, filecoinAddress, lastTwenty } from "../../support/evm/eth-address.js";
import { EAM } from "../../support/evm/evm-chain.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { contract } from "../../support/evm/solidity.js";

const factoryContract = contract("create.sol", "Factory");
const childContract = contract("create.sol", "Child");
const CREATE = "create(uint256) returns (address)";
const CREATE2 = "create2(uint256,bytes32) returns (address)";
const CODE_OF = "codeOf(address) returns (uint256,bytes32,bytes)";
const FORBIDDEN = 18;
const ILLEGAL_ARGUMENT = 16;
const NOBODY = `0x${"00".repeat(20)}`;
const EMPTY_HASH = toHex(keccak(""));
const salt = (number: number) => toHex(word(BigInt(number)));
const childInitcode = (value: bigint) => concatBytes(childContract.initcode, word(value));
/** Initcode that leaves this code. */
const leaving = (code: Uint8Array) =>
  concatBytes(
    Uint8Array.of(0x60, code.length, 0x60, 12, 0x60, 0, 0x39, 0x60, code.length, 0x60, 0, 0xf3),
    code,
  );

onEachVersion((net) => {
  let factory: DeployedContract;
  beforeAll(async () => {
    factory = await net.chain().deploy(factoryContract);
  });

  describe("CreateExternal", () => {
    test("by an Ethereum account: address of sender and nonce", async () => {
      const { dave } = net.chain();
      for (let i = 0; i < 3; i++) {
        const expected = createAddress(dave.eth, net.chain().nonce(dave));
        expect((await net.chain().deploy(factoryContract, undefined, { from: dave })).eth).toBe(expected);
      }
    });

    test("by an f1 account: address of the hash of its address", async () => {
      const { alice } = net.chain();
      const creator = lastTwenty(keccak(addressBytes(alice.address)));
      const expected = createAddress(creator, net.chain().nonce(alice));
      const child = await net.chain().deploy(childContract, word(1n), { from: alice });
      expect(child.eth).toBe(expected);
      expect(await child.get("creator() returns (address)")).toEqual([alice.eth]);
    });

    test("answers with ID and addresses", async () => {
      const { apply } = await net.chain().create(childInitcode(2n), { value: 5n });
      const [id, robust, eth] = decode<[number, Uint8Array, Uint8Array]>(apply.receipt.returnData);
      const actor = await net.chain().machine.getActor(filecoinAddress(toHex(eth)));
      expect(actor).toMatchObject({ balance: 5n, delegatedAddress: filecoinAddress(toHex(eth)) });
      expect(await net.chain().machine.getActor(Buffer.from(robust).toString("latin1") as never)).toEqual(
        actor,
      );
      expect(id).toBeGreaterThan(factory.id);
    });

    test("fails with its constructor, and gives the value back", async () => {
      const { eve } = net.chain();
      const before = await net.chain().balance(eve.address);
      const { exitCode } = await net.chain().create(childInitcode(666n), { value: 5n });
      expect(exitCode).not.toBe(0);
      expect(await net.chain().balance(eve.address)).toBe(before);
    });

    test.each([
      ["Create", 2, encode([childInitcode(1n), 0])],
      ["Create2", 3, encode([childInitcode(1n), new Uint8Array(32)])],
    ])("%s is for contracts only", async (_, method, params) => {
      expect((await net.chain().send(EAM, { method, params })).receipt.exitCode).toBe(FORBIDDEN);
    });
  });

  test("CREATE: nonces count from 1", async () => {
    const own = await net.chain().deploy(factoryContract);
    for (const nonce of [1, 2, 3]) {
      expect(await own.get(CREATE, 7n)).toEqual([createAddress(own.eth, nonce)]);
    }
  });

  test("CREATE2: address of salt and initcode, once", async () => {
    const expected = create2Address(factory.eth, 5n, childInitcode(7n));
    expect(await factory.get(CREATE2, 7n, salt(5))).toEqual([expected]);
    const [second] = await factory.get("create2Raw(bytes,uint256) returns (address)", childInitcode(7n), 5n);
    expect(second).toBe(NOBODY);
  });

  test("a child with an endowment", async () => {
    const [child] = await factory.with({ value: 12n }).get(CREATE, 7n);
    const at = net.chain().contractAt(child as string);
    expect(await at.get("creator() returns (address)")).toEqual([factory.eth]);
    expect(await at.get("endowment() returns (uint256)")).toEqual([12n]);
    expect(await at.get("value() returns (uint256)")).toEqual([7n]);
    expect(await net.chain().balance(child as string)).toBe(12n);
  });

  describe("by initcode", () => {
    const createRaw = (initcode: Uint8Array) =>
      factory.get("createRaw(bytes) returns (address,bytes)", initcode);

    test("code, its size and hash", async () => {
      const code = fromHex("0x602a60005260206000f3");
      const [child] = await createRaw(leaving(code));
      expect(await factory.get(CODE_OF, child as string)).toEqual([10n, toHex(keccak(code)), code]);
      expect((await net.chain().invoke(child as string, new Uint8Array())).output).toEqual(word(42n));
    });

    test("without code", async () => {
      const [child] = await createRaw(new Uint8Array());
      expect(await factory.get(CODE_OF, child as string)).toEqual([0n, EMPTY_HASH, new Uint8Array()]);
    });

    test("a constructor that reverts tells why", async () => {
      const [child, data] = await createRaw(childInitcode(666n));
      expect(child).toBe(NOBODY);
      const reason = (data as Uint8Array).subarray(4);
      expect(decodeAbi(["string"], reason)).toEqual(["bad value"]);
      expect(data).toEqual(
        concatBytes(keccak("Error(string)").subarray(0, 4), encodeAbi(["string"], ["bad value"])),
      );
    });

    test.each([
      ["begins with 0xEF", leaving(Uint8Array.of(0xef, 0))],
      ["is larger than 24 KiB", fromHex("0x6160016000f3")],
    ])("code that %s is refused", async (_, initcode) => {
      expect((await createRaw(initcode))[0]).toBe(NOBODY);
      expect((await net.chain().create(initcode)).exitCode).toBe(ILLEGAL_ARGUMENT);
    });

    test("of 24 KiB", async () => {
      const [child] = await createRaw(fromHex("0x6160006000f3"));
      const zeros = new Uint8Array(24 * 1024);
      expect(await factory.get(CODE_OF, child as string)).toEqual([24576n, toHex(keccak(zeros)), zeros]);
    });
  });

  describe("selfdestruct", () => {
    test("within the message it lives on", async () => {
      const [child, size] = await factory.get("mayfly(bytes32) returns (address,uint256)", salt(77));
      expect(size).toBe(BigInt(childContract.runtime.length));
      expect(await factory.get(CODE_OF, child as string)).toEqual([0n, EMPTY_HASH, new Uint8Array()]);
    });

    test("and CREATE2 again", async () => {
      const [child] = await factory.get(CREATE2, 9n, salt(88));
      const at = net.chain().contractAt(child as string);
      await at.call("die(address)", net.chain().dave.eth);
      expect((await at.call("value()")).output).toEqual(new Uint8Array());
      expect(await factory.get(CREATE2, 9n, salt(88))).toEqual([child]);
      expect(await at.get("value() returns (uint256)")).toEqual([9n]);
    });
  });
});
