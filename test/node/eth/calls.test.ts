/** Calls and estimates on a chain that the node makes itself. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("calls on a node's own chain: no builtin actors are on this machine");

const ACCOUNT = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const NOBODY = `0x${"77".repeat(20)}`;
/** Code that returns the word at slot 0, the block's number, its time and the caller's balance. */
const READER = "0x5f545f524360205242604052333160605260805ff3";
const AT = `0x${"c0de".repeat(10)}`;
const word = (value: bigint | number) => value.toString(16).padStart(64, "0");

describe.runIf(hasActors).each([true, false])("with lotus %s", (lotus) => {
  let node: RunningNode;
  const ask = (method: string, ...params: unknown[]) => node.provider.request({ method, params });
  const words = (result: unknown) => (result as string).slice(2).match(/.{64}/g) ?? [];

  beforeAll(async () => {
    node = await startNode({ lotus });
  });
  afterAll(() => node?.close());

  test("creations return code, or nothing as in Lotus", async () => {
    // PUSH1 0x2a PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    const data = "0x602a5f5260205ff3";
    expect(await ask("eth_call", { from: ACCOUNT, data }, "latest")).toBe(lotus ? "0x" : `0x${word(42)}`);
  });

  test("a failure says why, with the data of the revert", async () => {
    // PUSH1 0x2a PUSH0 MSTORE PUSH1 32 PUSH0 REVERT
    const data = "0x602a5f5260205ffd";
    const expected = { code: 3, data: `0x${word(42)}` };
    await expect(ask("eth_call", { from: ACCOUNT, data }, "latest")).rejects.toMatchObject(expected);
    await expect(ask("eth_estimateGas", { from: ACCOUNT, data })).rejects.toMatchObject(expected);
    // The second time it is remembered.
    await expect(ask("eth_call", { from: ACCOUNT, data }, "latest")).rejects.toMatchObject(expected);
  });

  test("whoever sends nothing needs no money, nor an account", async () => {
    const call = { from: NOBODY, to: ACCOUNT };
    expect(await ask("eth_call", call, "latest")).toBe("0x");
    expect(Number(await ask("eth_estimateGas", call))).toBeGreaterThan(1_000_000);
  });

  test.each([
    ["without a sender", {}],
    ["from the zero address", { from: `0x${"00".repeat(20)}` }],
  ])("a call %s costs nobody anything, but in Lotus", async (_, sender) => {
    const estimate = ask("eth_estimateGas", { ...sender, to: ACCOUNT });
    if (!lotus) expect(Number(await estimate)).toBeGreaterThan(0);
    else await expect(estimate).rejects.toThrow("gas search failed");
  });

  test("a contract that looks at the gas that is left gets what it wants, but in Lotus", async () => {
    // GAS PUSH4 50,000,000 LT PUSH1 13 JUMPI PUSH0 PUSH0 REVERT JUMPDEST STOP
    const creation = { from: ACCOUNT, data: "0x5a6302faf08010600d575f5ffd5b00" };
    const estimate = ask("eth_estimateGas", creation);
    if (lotus) {
      await expect(estimate).rejects.toMatchObject({
        code: 1,
        message: expect.stringContaining("gas search failed"),
      });
      return;
    }
    const gas = (await estimate) as string;
    expect(Number(gas)).toBeGreaterThan(50_000_000);
    const sent = await ask("eth_sendTransaction", { ...creation, gas });
    expect(await ask("eth_getTransactionReceipt", sent)).toMatchObject({ status: "0x1" });
  });

  test.runIf(!lotus)("what reverts only if gas is paid for says with which data", async () => {
    // GASPRICE PUSH1 5 JUMPI STOP JUMPDEST PUSH1 42 PUSH0 MSTORE PUSH1 32 PUSH0 REVERT
    const override = { [AT]: { code: "0x3a600557005b602a5f5260205ffd" } };
    await expect(ask("eth_estimateGas", { from: ACCOUNT, to: AT }, "latest", override)).rejects.toMatchObject(
      {
        code: 3,
        data: `0x${word(42)}`,
      },
    );
  });

  test("state and block may be otherwise, but in Lotus", async () => {
    const state = {
      [AT]: { code: READER, stateDiff: { [`0x${word(0)}`]: `0x${word(5)}` } },
      [NOBODY]: { balance: "0x7" },
    };
    const block = { number: "0x1234", time: "0x55" };
    const result = ask("eth_call", { from: NOBODY, to: AT }, "latest", state, block);
    if (lotus) {
      await expect(result).rejects.toMatchObject({ code: -32602 });
      return;
    }
    expect(words(await result)).toEqual([word(5), word(0x1234), word(0x55), word(7)]);
    expect(await ask("eth_call", { from: NOBODY, to: AT }, "latest")).toBe("0x");
    const plain = Number(await ask("eth_estimateGas", { from: ACCOUNT, to: AT }));
    const changed = Number(await ask("eth_estimateGas", { from: ACCOUNT, to: AT }, "latest", state));
    expect(changed).not.toBe(plain);
  });

  test.runIf(!lotus)("changes that there are not are refused by name", async () => {
    const call = { to: AT };
    await expect(ask("eth_call", call, "latest", {}, { gasLimit: "0x1" })).rejects.toThrow(
      "gasLimit is none of number, time, baseFeePerGas, prevRandao",
    );
    await expect(ask("eth_call", call, "latest", { [AT]: { color: "red" } })).rejects.toThrow("color");
    await expect(ask("eth_call", call, "latest", { rubbish: {} })).rejects.toThrow("rubbish");
  });
});
