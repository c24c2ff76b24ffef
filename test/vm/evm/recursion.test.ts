/** Calls within calls, down to where the machine says no. */
import { beforeAll, expect, test } from "vitest";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { contract } from "../../support/evm/solidity.js";

const recursionContract = contract("recursion.sol", "Recursion");
/** Frames that a message may have. */
const MAX_DEPTH = 1024n;
/** Each call gets 63/64 of the gas that is left, so this takes a lot. */
const DEEP_GAS = 10n ** 17n;

onEachVersion((net) => {
  let recursion: DeployedContract;
  beforeAll(async () => {
    recursion = await net.chain().deploy(recursionContract);
  });
  const visits = async () => (await recursion.get("visits() returns (uint256)"))[0] as bigint;

  test.each([0n, 1n, 10n, 200n])("%i calls of oneself", async (depth) => {
    const before = await visits();
    expect(await recursion.get("dive(uint256) returns (uint256)", depth)).toEqual([depth]);
    expect(await visits()).toBe(before + depth + 1n);
  });

  test("as deep as it goes", async () => {
    const before = await visits();
    const deep = recursion.with({ gasLimit: DEEP_GAS });
    expect(await deep.get("dive(uint256) returns (uint256)", 5000n)).toEqual([MAX_DEPTH - 1n]);
    // The call that is refused leaves nothing.
    expect(await visits()).toBe(before + MAX_DEPTH);
  });

  // DELEGATECALL asks the contract for its code first; the last frame cannot, and fails.
  test("as deep as it goes with DELEGATECALL", async () => {
    const before = await visits();
    const deep = recursion.with({ gasLimit: DEEP_GAS });
    expect(await deep.get("diveDelegated(uint256) returns (uint256)", 5000n)).toEqual([MAX_DEPTH - 2n]);
    expect(await visits()).toBe(before + MAX_DEPTH - 1n);
  });

  test("two contracts that call each other", async () => {
    const other = await net.chain().deploy(recursionContract);
    expect(await recursion.get("pingPong(address,uint256) returns (uint256)", other.eth, 51n)).toEqual([51n]);
    expect(await other.get("visits() returns (uint256)")).toEqual([26n]);
  });

  test("within one call", async () => {
    expect(await recursion.get("fibonacci(uint256) returns (uint256)", 15n)).toEqual([610n]);
  });
});
