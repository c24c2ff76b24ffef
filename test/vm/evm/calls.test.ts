/** Who calls whom: CALL, DELEGATECALL, STATICCALL, and between Filecoin and the EVM. */
import { encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type AbiValue,
  abiFunction,
  decodeAbi,
  encodeAbi,
  encodeCall,
  keccak,
  toHex,
  word,
} from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { ethAccount } from "../../support/evm/evm-chain.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { contract } from "../../support/evm/solidity.js";

const callerContract = contract("calls.sol", "Caller");
const calleeContract = contract("calls.sol", "Callee");
const nativeContract = contract("calls.sol", "Native");
const WHO = "who() returns (address,address,address,uint256)";
const RESULT = "returns (bool,bytes)";
const CBOR = 0x51;
const USER_ERROR = 42;
const data = (signature: string, ...values: AbiValue[]) => encodeCall(abiFunction(signature), values);
const number = "number() returns (uint256)";
const noData = new Uint8Array();

onEachVersion((net) => {
  let caller: DeployedContract;
  let callee: DeployedContract;
  beforeAll(async () => {
    caller = await net.chain().deploy(callerContract);
    callee = await net.chain().deploy(calleeContract);
  });
  const whoBy = async (kind: "call" | "delegate", options = {}) => {
    const [ok, output] = await caller
      .with(options)
      .get(`${kind}(address,bytes) ${RESULT}`, callee.eth, data(WHO));
    expect(ok).toBe(true);
    return decodeAbi(abiFunction(WHO).outputs, output as Uint8Array);
  };

  test("CALL", async () => {
    const { eve } = net.chain();
    expect(await whoBy("call", { value: 3n })).toEqual([callee.eth, caller.eth, eve.eth, 3n]);
    expect(await net.chain().balance(callee.eth)).toBe(3n);
  });

  test("DELEGATECALL keeps self, sender and value", async () => {
    const { eve } = net.chain();
    expect(await whoBy("delegate", { value: 4n })).toEqual([caller.eth, eve.eth, eve.eth, 4n]);
  });

  test("of an f1 account, contracts see the ID", async () => {
    const { alice } = net.chain();
    expect(await whoBy("call", { from: alice })).toEqual([callee.eth, caller.eth, alice.eth, 0n]);
    expect(await whoBy("delegate", { from: alice })).toEqual([caller.eth, alice.eth, alice.eth, 0n]);
  });

  test("events are of who runs, not of whose code runs", async () => {
    const called = await caller.call(`call(address,bytes) ${RESULT}`, callee.eth, data(WHO));
    const delegated = await caller.call(`delegate(address,bytes) ${RESULT}`, callee.eth, data(WHO));
    const emitters = [...called.logs, ...delegated.logs].map(({ emitter }) => emitter);
    expect(emitters).toEqual([callee.id, caller.id]);
  });

  test("storage is of who runs", async () => {
    await caller.call(`call(address,bytes) ${RESULT}`, callee.eth, data("set(uint256)", 11n));
    const set = await caller.get(`delegate(address,bytes) ${RESULT}`, callee.eth, data("set(uint256)", 22n));
    expect(set).toEqual([true, word(23n)]);
    expect([await callee.get(number), await caller.get(number)]).toEqual([[11n], [22n]]);
  });

  describe("STATICCALL", () => {
    const look = (...input: AbiValue[]) => caller.get(`look(address,bytes) ${RESULT}`, ...input);
    test("reads", async () => {
      await callee.call("set(uint256)", 33n);
      expect(await look(callee.eth, data("read()"))).toEqual([true, word(33n)]);
    });
    test.each([
      ["write", "set(uint256)", [34n]],
      ["emit", "who()", []],
    ])("does not %s", async (_, signature, values) => {
      expect((await look(callee.eth, data(signature, ...values)))[0]).toBe(false);
      expect(await callee.get(number)).toEqual([33n]);
    });
    test("nor does what is called from there", async () => {
      const through = `lookThrough(address,address,bytes) ${RESULT}`;
      const [ok, output] = await caller.get(through, caller.eth, callee.eth, data("set(uint256)", 35n));
      expect([ok, decodeAbi(["bool", "bytes"], output as Uint8Array)[0]]).toEqual([true, false]);
      const [, read] = await caller.get(through, caller.eth, callee.eth, data("read()"));
      expect(decodeAbi(["bool", "bytes"], read as Uint8Array)).toEqual([true, word(33n)]);
    });
  });

  test("a callee that reverts", async () => {
    const [ok, output] = await caller.get(`call(address,bytes) ${RESULT}`, callee.eth, data("refuse()"));
    expect([ok, decodeAbi(["string"], (output as Uint8Array).subarray(4))]).toEqual([false, ["refused"]]);
  });

  test("a callee without enough gas", async () => {
    const withGas = `callWithGas(address,bytes,uint256) ${RESULT}`;
    const set = data("set(uint256)", 99n);
    expect(await caller.get(withGas, callee.eth, set, 1_000_000n)).toEqual([false, noData]);
    expect(await caller.get(withGas, callee.eth, set, 100_000_000n)).toEqual([true, word(100n)]);
  });

  // Any message to an f410 address makes a placeholder, except where nothing may change.
  test.each([
    ["call", 99, true],
    ["delegate", 98, false],
    ["look", 97, false],
  ])("%s: nobody is there", async (kind, number, becomesPlaceholder) => {
    const { eth, address } = ethAccount(number);
    expect(await caller.get(`${kind}(address,bytes) ${RESULT}`, eth, data(WHO))).toEqual([true, noData]);
    const { machine } = net.chain();
    const code = becomesPlaceholder ? machine.context.manifest.placeholder : undefined;
    expect((await machine.getActor(address))?.code).toBe(code);
  });

  describe("methods of Filecoin", () => {
    const event = (method: bigint, codec: bigint, params: Uint8Array) => ({
      topics: [toHex(keccak("Method(uint64,uint64,bytes)"))],
      data: toHex(encodeAbi(["uint64", "uint64", "bytes"], [method, codec, params])),
    });
    let native: DeployedContract;
    beforeAll(async () => {
      native = await net.chain().deploy(nativeContract);
    });

    test.each([
      ["with parameters", 1024, encode(["some", 1])],
      ["without parameters", 2 ** 40, noData],
    ])("%s", async (_, method, params) => {
      const { receipt, events } = await net.chain().send(native.address, { method, params });
      expect(receipt).toMatchObject({ exitCode: 0, returnData: params });
      const codec = params.length === 0 ? 0 : CBOR;
      const [log] = events;
      const { topics, data } = event(BigInt(method), BigInt(codec), params);
      expect(log?.entries.map(({ value }) => toHex(value))).toEqual([...topics, data]);
    });
    test("with an exit code of its own", async () => {
      const params = encode("why");
      const { receipt } = await net.chain().send(native.address, { method: 7777, params });
      expect(receipt).toMatchObject({ exitCode: USER_ERROR, returnData: params });
    });
    test("numbers below 1024 are not for contracts", async () => {
      const { receipt } = await net.chain().send(native.address, { method: 1023 });
      expect(receipt.exitCode).toBe(22);
    });
  });
});
