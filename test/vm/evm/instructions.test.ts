/** Instructions that came later: MCOPY (nv24), TLOAD and TSTORE (nv25), CLZ (nv28). */
import { beforeAll, describe, expect, test } from "vitest";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { onEachVersion, versionsBefore, versionsFrom } from "../../support/evm/on-each-version.js";
import { EvmExit } from "../../support/evm/outcome.js";
import { contract } from "../../support/evm/solidity.js";

const transientContract = contract("transient.sol", "Transient", "cancun");
const clzContract = contract("clz.sol", "Clz", "osaka");
const MCOPY_SINCE = 24;
const TRANSIENT_SINCE = 25;
const CLZ_SINCE = 28;
const MOVED = "moved(bytes,uint256,uint256,uint256) returns (bytes)";
const ZEROS = "leadingZeros(uint256) returns (uint256)";
const data = Uint8Array.from({ length: 100 }, (_, index) => index);

describe("MCOPY", () => {
  onEachVersion((net) => {
    test.each([
      ["forward", 10, 0, 50],
      ["backward", 0, 10, 50],
      ["apart", 0, 60, 40],
      ["nothing", 5, 6, 0],
    ])("%s", async (_, to, from, size) => {
      const transient = await net.chain().deploy(transientContract);
      const [moved] = await transient.get(MOVED, data, BigInt(to), BigInt(from), BigInt(size));
      expect(moved).toEqual(data.slice().copyWithin(to, from, from + size));
    });
  }, versionsFrom(MCOPY_SINCE));

  onEachVersion((net) => {
    test("is not there yet", async () => {
      const transient = await net.chain().deploy(transientContract);
      const { exitCode } = await transient.outcome(MOVED, data, 0n, 0n, 1n);
      expect(exitCode).toBe(EvmExit.UndefinedInstruction);
    });
  }, versionsBefore(MCOPY_SINCE));
});

describe("transient storage", () => {
  onEachVersion((net) => {
    let transient: DeployedContract;
    beforeAll(async () => {
      transient = await net.chain().deploy(transientContract);
    });

    test("lasts through a message", async () => {
      expect(await transient.get("write(uint256) returns (uint256)", 5n)).toEqual([5n]);
      expect(await transient.get("read() returns (uint256)")).toEqual([0n]);
    });
    test("goes with what is reverted", async () => {
      expect(await transient.get("reverted() returns (uint256)")).toEqual([1n]);
    });
    test("guards against being called again", async () => {
      expect(await transient.get("guarded(uint256) returns (bool)", 0n)).toEqual([true]);
      expect((await transient.outcome("guarded(uint256)", 1n)).exitCode).toBe(EvmExit.Reverted);
      expect(await transient.get("guarded(uint256) returns (bool)", 0n)).toEqual([true]);
      expect(await transient.get("kept() returns (uint256)")).toEqual([2n]);
    });
  }, versionsFrom(TRANSIENT_SINCE));

  onEachVersion((net) => {
    test("is not there yet", async () => {
      const transient = await net.chain().deploy(transientContract);
      const { exitCode } = await transient.outcome("write(uint256)", 5n);
      expect(exitCode).toBe(EvmExit.UndefinedInstruction);
    });
  }, versionsBefore(TRANSIENT_SINCE));
});

describe("CLZ", () => {
  onEachVersion((net) => {
    test.each([0, 1, 2, 64, 255, 256])("of a number of %i bits", async (bits) => {
      const clz = await net.chain().deploy(clzContract);
      const value = bits === 0 ? 0n : 2n ** BigInt(bits - 1) + (bits > 1 ? 1n : 0n);
      expect(await clz.get(ZEROS, value)).toEqual([256n - BigInt(bits)]);
    });
  }, versionsFrom(CLZ_SINCE));

  onEachVersion((net) => {
    test("is not there yet", async () => {
      const clz = await net.chain().deploy(clzContract);
      expect((await clz.outcome(ZEROS, 1n)).exitCode).toBe(EvmExit.UndefinedInstruction);
    });
  }, versionsBefore(CLZ_SINCE));
});
