/** How contracts fail on Filecoin, and when clients learn of it. docs/ethereum.md says so. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, dataOf, hasChain, Probe } from "../../../support/evm/probe.js";

/** Codes that fail, with the exit code that they fail with. */
const FAILURES: readonly [what: string, code: string, exit: string][] = [
  ["REVERT", "5f5ffd", "33"],
  ["INVALID", "fe", "34"],
  ["an undefined instruction", "0c", "35"],
  ["too little on the stack", "01", "36"],
  ["too much on the stack", `5b${"5f".repeat(20)}5f56`, "37"],
  ["memory that is too far away", "7f".concat("ff".repeat(32), "51"), "38"],
  ["a jump to no JUMPDEST", "602a56", "39"],
  ["no end", "5b5f56", "SysErrOutOfGas(7)"],
];

describe.runIf(hasChain("failures of contracts on Filecoin"))("failures", () => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await Probe.start();
  });
  afterAll(() => probe?.[Symbol.asyncDispose]());

  test.each(FAILURES)("%s", async (_, code, exit) => {
    await expect(probe.run(`0x${code}`)).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining(`(exit=[${exit}]`),
      data: "0x",
    });
  });

  test("a transaction that fails is in a block, and is paid for", async () => {
    const before = BigInt(await probe.ask("eth_getBalance", ACCOUNT, "latest"));
    const failed = await probe.send({ data: "0xfe" });
    expect(failed).toMatchObject({ status: "0x0", logs: [] });
    expect(BigInt(await probe.ask("eth_getBalance", ACCOUNT, "latest"))).toBeLessThan(before);
  });

  test("the tipset after the one with a message executes it", async () => {
    const data = dataOf("touch()", []);
    const hash = await probe.ask("eth_sendTransaction", { from: ACCOUNT, to: probe.address, data });
    const receipt = await probe.ask<Record<string, string>>("eth_getTransactionReceipt", hash);
    const inclusion = Number(receipt.blockNumber);
    expect(Number(await probe.ask("eth_blockNumber"))).toBe(inclusion);
    const head = await probe.ask<Tipset>("Filecoin.ChainHead");
    expect(head.Height).toBe(inclusion + 1);
    const cid = await probe.ask<Cid>("Filecoin.EthGetMessageCidByTransactionHash", hash);
    const found = await probe.ask<Found>("Filecoin.StateSearchMsg", null, cid, -1, true);
    expect(found).toMatchObject({ Height: inclusion + 1, TipSet: head.Cids });
    const receipts = await probe.ask<unknown[]>("Filecoin.ChainGetParentReceipts", head.Cids[0]);
    expect(receipts).toEqual([found.Receipt]);
    expect(Number(receipt.gasUsed)).toBe(found.Receipt.GasUsed);
  });
});

interface Cid {
  readonly "/": string;
}
interface Tipset {
  readonly Height: number;
  readonly Cids: readonly Cid[];
}
interface Found {
  readonly Receipt: { readonly GasUsed: number };
}
