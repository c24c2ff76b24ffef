/** What contracts know of block and message. */
import { blake2b } from "@noble/hashes/blake2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { beforeAll, expect, test } from "vitest";
import { cidBytes } from "../../../src/encoding/cid.js";
import { abiFunction, encodeCall, keccak, toBigInt, toHex } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { EPOCH, FIL, Method, surroundings, tipsetCid } from "../../support/evm/evm-chain.js";
import { textHash } from "../../support/evm/hash.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { contract } from "../../support/evm/solidity.js";

const contextContract = contract("context.sol", "Context");
const CHAIN = "chain() returns (uint256,uint256,uint256,uint256,uint256,address,uint256)";
const MESSAGE = "message() returns (address,address,uint256,bytes4,bytes,uint256)";
const SELF = "self() returns (address,uint256,uint256,bytes32)";
const BLOCK_GAS_LIMIT = 10_000_000_000n;
/** Domain separation tag of PREVRANDAO. */
const PREVRANDAO = 10n;

const i64 = (value: bigint) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
};

/** Randomness drawn from the beacon's of this epoch. */
function prevrandao(): bigint {
  const entropy = new TextEncoder().encode("prevrandao");
  const parts = [i64(PREVRANDAO), textHash(`beacon:${EPOCH}`), i64(BigInt(EPOCH)), entropy];
  return toBigInt(blake2b(concatBytes(...parts), { dkLen: 32 }));
}

onEachVersion((net) => {
  let context: DeployedContract;
  beforeAll(async () => {
    context = await net.chain().deploy(contextContract);
  });

  test("block", async () => {
    const { epoch, timestamp, chainId, baseFee } = surroundings;
    const numbers = [BigInt(epoch), BigInt(timestamp), BigInt(chainId), baseFee, BLOCK_GAS_LIMIT];
    expect(await context.get(CHAIN)).toEqual([...numbers, `0x${"00".repeat(20)}`, prevrandao()]);
  });

  test.each([
    ["the one before", EPOCH - 1, true],
    ["256 before", EPOCH - 256, true],
    ["257 before", EPOCH - 257, false],
    ["this one", EPOCH, false],
    ["a later one", EPOCH + 1, false],
  ])("block hash of %s", async (_, epoch, isKnown) => {
    const [hash] = await context.get("hashOf(uint256) returns (bytes32)", BigInt(epoch));
    expect(hash).toBe(isKnown ? toHex(cidBytes(tipsetCid(epoch)).subarray(-32)) : `0x${"00".repeat(32)}`);
  });

  test.each(["eve", "alice"] as const)("message of %s", async (name) => {
    const from = net.chain()[name];
    const values = await context.with({ from, value: 9n }).get(MESSAGE);
    const input = encodeCall(abiFunction(MESSAGE), []);
    const { baseFee } = surroundings;
    expect(values).toEqual([from.eth, from.eth, 9n, toHex(input), input, baseFee]);
  });

  test("gas price: base fee and premium", async () => {
    const paying = context.with({ gasFeeCap: 1000n, gasPremium: 23n });
    expect((await paying.get(MESSAGE))[5]).toBe(surroundings.baseFee + 23n);
    const capped = context.with({ gasFeeCap: 110n, gasPremium: 23n });
    expect((await capped.get(MESSAGE))[5]).toBe(surroundings.baseFee + 10n);
  });

  test("fees", async () => {
    const { eve } = net.chain();
    const before = await net.chain().balance(eve.address);
    const gasLimit = 20_000_000;
    const { apply } = await context
      .with({ gasFeeCap: 1000n, gasPremium: 23n, gasLimit, value: 5n })
      .call(MESSAGE);
    const { receipt, baseFeeBurn, overEstimationBurn, minerTip, refund, penalty } = apply;
    expect(baseFeeBurn).toBe(surroundings.baseFee * BigInt(receipt.gasUsed));
    expect(minerTip).toBe(23n * BigInt(gasLimit));
    expect(penalty).toBe(0n);
    expect(baseFeeBurn + overEstimationBurn + minerTip + refund).toBe(1000n * BigInt(gasLimit));
    const spent = 5n + baseFeeBurn + overEstimationBurn + minerTip;
    expect(await net.chain().balance(eve.address)).toBe(before - spent);
  });

  test("oneself", async () => {
    await net.chain().send(context.address, { value: FIL });
    const balance = await net.chain().balance(context.eth);
    const { runtime } = contextContract;
    const hash = toHex(keccak(runtime));
    expect(await context.get(SELF)).toEqual([context.eth, balance, BigInt(runtime.length), hash]);
  });

  test("gas", async () => {
    const gasLimit = 100_000_000;
    const [first, later] = await context.with({ gasLimit }).get("gas() returns (uint256,uint256)");
    expect(first).toBeLessThan(gasLimit);
    expect(later).toBeLessThan(first as bigint);
    expect(later).toBeGreaterThan(gasLimit / 2);
  });

  // FRC-0042: blake2b-512 of "1|" and the name, its first 4 bytes that are not reserved.
  test("the number of InvokeEVM", () => {
    const digest = blake2b(new TextEncoder().encode("1|InvokeEVM"));
    expect(new DataView(digest.buffer).getUint32(0)).toBe(Method.InvokeEvm);
  });
});
