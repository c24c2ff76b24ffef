/** Contracts' instructions on Filecoin. Each line of docs/ethereum.md about it is read by a contract. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, dataOf, hasChain, OTHER, Probe, type Receipt, ZEROS } from "../../../support/evm/probe.js";
import { contract } from "../../../support/evm/solidity.js";

describe.runIf(hasChain("instructions of contracts on Filecoin"))("instructions", () => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await Probe.start();
  });
  afterAll(() => probe?.[Symbol.asyncDispose]());
  test("are Osaka's, but for BLOBHASH, BLOBBASEFEE and CALLCODE", async () => {
    const undefinedOnes: number[] = [];
    for (let code = 0; code < 256; code++) {
      const tried = probe.run(`0x${"5f".repeat(20)}${code.toString(16).padStart(2, "0")}`);
      const failure = await tried.then(
        () => "",
        ({ message }: Error) => message,
      );
      if (failure.includes("undefined instruction")) undefinedOnes.push(code);
    }
    const inEthereum = undefinedOnes.filter((code) => IN_OSAKA.has(code));
    expect(inEthereum).toEqual([0x49, 0x4a, 0xf2]);
    expect([...IN_OSAKA].filter((code) => !undefinedOnes.includes(code))).toHaveLength(IN_OSAKA.size - 3);
    expect(undefinedOnes).toHaveLength(256 - IN_OSAKA.size + 3);
  });

  test("say of the block what the epoch says", async () => {
    const seen = await probe.look({ maxFeePerGas: "0x77359400", maxPriorityFeePerGas: "0x3e8" });
    const { number, timestamp, baseFeePerGas } = await probe.block(seen.receipt.blockNumber);
    expect(seen).toMatchObject({
      number: BigInt(number),
      timestamp: BigInt(timestamp),
      baseFee: BigInt(baseFeePerGas),
      gasLimit: 10_000_000_000n,
      coinbase: `0x${"00".repeat(20)}`,
      sender: ACCOUNT,
      origin: ACCOUNT,
    });
    expect(seen.gasPrice).toBe((seen.baseFee as bigint) + 1000n);
    const next = await probe.look();
    expect(next.prevrandao).not.toBe(seen.prevrandao);
    expect(next.before).toBe((await probe.block(seen.receipt.blockNumber)).hash);
  });

  test("GASLIMIT is that of one block, however many a tipset has", async () => {
    await probe.ask("evm_setAutomine", false);
    const data = dataOf("look()", []);
    const hash = await probe.ask("eth_sendTransaction", {
      from: ACCOUNT,
      to: probe.address,
      data,
      gas: "0x5f5e100",
    });
    await probe.ask("evm_mine", { width: 2 });
    await probe.ask("evm_setAutomine", true);
    const { blockNumber } = await probe.ask<Receipt>("eth_getTransactionReceipt", hash);
    expect((await probe.block(blockNumber)).gasLimit).toBe("0x4a817c800");
    expect(BigInt(await probe.ask("eth_getStorageAt", probe.address, "0x5", "latest"))).toBe(10_000_000_000n);
  });

  test("BLOCKHASH: 256 epochs; of a null round that of the block before", async () => {
    await probe.ask("evm_mine", { blocks: 1, nullRounds: 3 });
    const latest = await probe.block("latest");
    const before = Number(latest.number) - 4;
    expect(await probe.block(before + 2)).toBeNull();
    const { hash } = await probe.block(before);
    for (const number of [before, before + 1, before + 3]) {
      const [seen] = await probe.read("hashOf(uint256) returns (bytes32)", BigInt(number));
      expect(seen).toBe(hash);
    }
    await probe.ask("hardhat_mine", "0x108");
    const [old] = await probe.read("hashOf(uint256) returns (bytes32)", BigInt(before));
    expect(old).toBe(ZEROS);
  });

  test("in a call the base fee and the gas price are 0", async () => {
    expect(await probe.run("0x48 3a01 5f52 6020 5ff3".replaceAll(" ", ""))).toBe(ZEROS);
  });

  test("SELFDESTRUCT ends a contract at once, whenever it was made", async () => {
    const mortal = await probe.deploy(contract("differences.sol", "Probe"));
    const { status } = await probe.send({ to: mortal, data: dataOf("end(address)", [OTHER]) });
    expect([status, await probe.ask("eth_getCode", mortal, "latest")]).toEqual(["0x1", "0x"]);
  });
});

/** Instructions of Ethereum's Osaka. */
const IN_OSAKA = new Set([
  ...range(0x00, 0x0b),
  ...range(0x10, 0x1e),
  0x20,
  ...range(0x30, 0x4a),
  ...range(0x50, 0x5f),
  ...range(0x60, 0xa4),
  ...range(0xf0, 0xf5),
  0xfa,
  ...range(0xfd, 0xff),
]);

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
