/** Why calls fail: exit codes and the data of reverts. */
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import { abiFunction, decodeAbi, encodeAbi, encodeCall, keccak, toHex, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { EvmExit } from "../../support/evm/outcome.js";
import { contract } from "../../support/evm/solidity.js";

const revertsContract = contract("reverts.sol", "Reverts");
const refuserContract = contract("reverts.sol", "Refuser");
const OUT_OF_GAS = 7;
const selector = (signature: string) => keccak(signature).subarray(0, 4);
const errorData = (why: string) => concatBytes(selector("Error(string)"), encodeAbi(["string"], [why]));
const panicData = (code: bigint) => concatBytes(selector("Panic(uint256)"), word(code));
const noData = new Uint8Array();

onEachVersion((net) => {
  let reverts: DeployedContract;
  beforeAll(async () => {
    reverts = await net.chain().deploy(revertsContract);
  });

  test.each(["", "no", "a reason that does not fit into a word of thirty-two bytes"])(
    "reason %j",
    async (why) => {
      const outcome = await reverts.outcome("withReason(string)", why);
      expect([outcome.exitCode, outcome.output]).toEqual([EvmExit.Reverted, errorData(why)]);
      expect(await reverts.get("count() returns (uint256)")).toEqual([0n]);
    },
  );

  test.each([
    ["withoutReason()", noData],
    ["withEmptyError()", selector("Empty()")],
    ["panicAssert()", panicData(0x01n)],
    ["panicPop()", panicData(0x31n)],
    ["panicIndex()", panicData(0x32n)],
    ["nonexistent()", noData],
  ])("%s", async (signature, output) => {
    const outcome = await reverts.outcome(signature);
    expect([outcome.exitCode, toHex(outcome.output)]).toEqual([EvmExit.Reverted, toHex(output)]);
  });

  test.each([
    ["panicOverflow(uint256)", 2n ** 256n - 1n, 0x11n],
    ["panicDivision(uint256)", 0n, 0x12n],
    ["panicMemory(uint256)", 2n ** 64n, 0x41n],
  ])("%s of %i", async (signature, value, code) => {
    const { exitCode, output } = await reverts.outcome(signature, value);
    expect([exitCode, toHex(output)]).toEqual([EvmExit.Reverted, toHex(panicData(code))]);
  });

  test("an error with arguments", async () => {
    const { exitCode, output } = await reverts.outcome("withDetails(uint256,string)", 8n, "because");
    expect([exitCode, output.subarray(0, 4)]).toEqual([
      EvmExit.Reverted,
      selector("Detailed(address,uint256,string)"),
    ]);
    const values = decodeAbi(["address", "uint256", "string"], output.subarray(4));
    expect(values).toEqual([net.chain().eve.eth, 8n, "because"]);
  });

  test("passes through calls in between", async () => {
    const { exitCode, output } = await reverts.outcome("bubble(string)", "deep");
    expect([exitCode, output]).toEqual([EvmExit.Reverted, errorData("deep")]);
  });

  describe("caught", () => {
    const caught = (data: Uint8Array) =>
      reverts.get("caught(bytes) returns (uint256,string,uint256,bytes)", data);
    const call = (signature: string, ...values: (string | bigint)[]) =>
      encodeCall(abiFunction(signature), values);

    test("nothing", async () => expect(await caught(call("count()"))).toEqual([0n, "", 0n, noData]));
    test("a reason", async () => {
      expect(await caught(call("withReason(string)", "why"))).toEqual([1n, "why", 0n, noData]);
      expect(await reverts.get("count() returns (uint256)")).toEqual([0n]);
    });
    test("a panic", async () => expect(await caught(call("panicAssert()"))).toEqual([2n, "", 1n, noData]));
    test("an error", async () => {
      expect(await caught(call("withEmptyError()"))).toEqual([3n, "", 0n, selector("Empty()")]);
    });
    test("a fault", async () => expect(await caught(call("invalid()"))).toEqual([3n, "", 0n, noData]));
  });

  test("a constructor", async () => {
    const { exitCode, output } = await net.chain().create(concatBytes(refuserContract.initcode, word(9n)));
    expect([exitCode, toHex(output)]).toEqual([
      EvmExit.Reverted,
      toHex(concatBytes(selector("NotNow(uint256)"), word(9n))),
    ]);
  });

  test("gas runs out", async () => {
    const gasLimit = 50_000_000;
    const { apply } = await reverts.with({ gasLimit }).outcome("endless()");
    expect(apply.receipt).toMatchObject({ exitCode: OUT_OF_GAS, gasUsed: gasLimit, returnData: noData });
  });

  test.each([
    ["INVALID", "0xfe", EvmExit.InvalidInstruction],
    ["an unknown instruction", "0x0c", EvmExit.UndefinedInstruction],
    ["POP of nothing", "0x50", EvmExit.StackUnderflow],
    ["1025 values", `0x${"5f".repeat(1025)}`, EvmExit.StackOverflow],
    ["a jump to no destination", "0x600056", EvmExit.BadJumpDestination],
    ["a jump into data", "0x600456605b", EvmExit.BadJumpDestination],
    ["too much memory", `0x60ff7f${"ff".repeat(32)}52`, EvmExit.IllegalMemoryAccess],
  ])("%s", async (_, code, exitCode) => {
    const outcome = await net.chain().create(Buffer.from(code.slice(2), "hex"));
    expect([outcome.exitCode, outcome.output]).toEqual([exitCode, noData]);
  });
});
