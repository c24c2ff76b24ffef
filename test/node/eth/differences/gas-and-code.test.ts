/** Costs and sizes of contracts and transactions on Filecoin. Each line of docs/ethereum.md about it is read by a contract. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChain, NOBODY, OTHER, Probe, type Receipt } from "../../../support/evm/probe.js";
import { contract } from "../../../support/evm/solidity.js";

describe.runIf(hasChain("gas and code of contracts on Filecoin"))("gas, code, transactions", () => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await Probe.start();
  });
  afterAll(() => probe?.[Symbol.asyncDispose]());
  test("is Filecoin's: millions for what takes Ethereum's ten thousands", async () => {
    const gasOf = async (sent: Promise<Receipt>) => Math.round(Number((await sent).gasUsed) / 1e5) / 10;
    const transfer = () => probe.send({ to: NOBODY, value: "0x1" });
    // Millions: with a new actor, to one that there is, a call that writes a word.
    expect([await gasOf(transfer()), await gasOf(transfer())]).toEqual([4.9, 1.7]);
    expect([await gasOf(probe.write("touch()")), await gasOf(probe.write("touch()"))]).toEqual([4.4, 4.4]);
    expect((await probe.block("latest")).gasLimit).toBe("0x2540be400");
  });

  test("2300 gas are 10 million: transfer() reaches contracts that write", async () => {
    const writer = await probe.deploy(contract("differences.sol", "Writer"));
    expect(await probe.write("transferTo(address)", [writer], { value: "0x5" })).toMatchObject({
      status: "0x1",
    });
    const [gasThen, received] = await Promise.all(
      [1, 0].map(async (slot) => Number(await probe.ask("eth_getStorageAt", writer, `0x${slot}`, "latest"))),
    );
    expect(received).toBe(5);
    expect(gasThen).toBeLessThan(10_000_000);
    expect(gasThen).toBeGreaterThan(5_000_000);
    // Other limits are taken as they are, and the 2300 of a call that is given value come on top of none of them.
    const call = "callWithGas(address,uint256) returns (bool)";
    expect(await probe.read(call, writer, 2301n)).toEqual([false]);
  });

  test("the premium is paid for the whole limit", async () => {
    const fees = { maxFeePerGas: "0x77359400", maxPriorityFeePerGas: "0x3b9aca00" };
    const cost = async (gas: string) => {
      const before = BigInt(await probe.ask("eth_getBalance", OTHER, "latest"));
      await probe.send({ from: OTHER, to: OTHER, gas, ...fees });
      return before - BigInt(await probe.ask("eth_getBalance", OTHER, "latest"));
    };
    const premium = 1_000_000_000n;
    const [small, large] = [await cost("0x989680"), await cost("0x1312d00")];
    expect(large - small).toBeGreaterThanOrEqual(10_000_000n * premium);
  });

  /** Creation code that returns so many bytes, which begin with one of them. */
  const codeOf = (size: number, first: string) =>
    `0x60${first}5f5361${size.toString(16).padStart(4, "0")}5ff3`;
  test("at most 24,576 bytes, which do not begin with 0xef; creation code as long as a message", async () => {
    const gas = "0x12a05f200";
    expect(await probe.send({ data: codeOf(24_576, "00"), gas })).toMatchObject({ status: "0x1" });
    expect(await probe.send({ data: codeOf(24_577, "00"), gas })).toMatchObject({ status: "0x0" });
    expect(await probe.send({ data: codeOf(1, "ef"), gas })).toMatchObject({ status: "0x0" });
    const long = `${codeOf(1, "00")}${"00".repeat(50_000)}`;
    expect(await probe.send({ data: long, gas })).toMatchObject({ status: "0x1" });
    await expect(probe.send({ data: `${long}${"00".repeat(20_000)}`, gas })).rejects.toThrow(/oversized/);
  });

  test("of types 1, 3 and 4 are refused", async () => {
    for (const type of ["01", "03", "04"])
      await expect(probe.ask("eth_sendRawTransaction", `0x${type}c0`)).rejects.toThrow(
        /not supported|unsupported/,
      );
  });
});
