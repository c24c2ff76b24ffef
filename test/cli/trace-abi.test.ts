/** Contracts' calls, events and errors by their ABI, in the text, the JSON and the explanation of a trace. */
import { encode } from "@ipld/dag-cbor";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { beforeAll, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { type ContractAbi, loadAbi } from "../../src/builtin/abi/index.js";
import { traceLines } from "../../src/cli/trace-text.js";
import { parseCid } from "../../src/encoding/cid.js";
import { decodedCall, decodedLog, explain } from "../../src/inspect/index.js";
import { hexBytes, latin1Bytes } from "../../src/util/bytes.js";
import { traceJson } from "../../src/vm/trace/json-trace.js";
import type { CallTrace, MessageTrace } from "../../src/vm/trace/trace.js";

const EVM = parseCid("bafkqaaa");
const INVOKE_EVM = 3844450837;
const RAW = 0x55;
const word = (value: number) => value.toString(16).padStart(64, "0");
const hash = (signature: string) => Buffer.from(keccak_256(latin1Bytes(signature))).toString("hex");
const selector = (signature: string) => hash(signature).slice(0, 8);
const block = (data: string) => ({ codec: 0x51, data: encode(hexBytes(data)) });

let abi: ContractAbi;
beforeAll(async () => {
  const amount = { name: "amount", type: "uint256" };
  abi = await loadAbi(
    [
      { type: "function", name: "pay", inputs: [amount], outputs: [{ name: "left", type: "uint256" }] },
      { type: "event", name: "Paid", inputs: [{ ...amount, indexed: false }] },
      { type: "error", name: "TooPoor", inputs: [{ name: "has", type: "uint256" }] },
    ],
    "Purse.json",
  );
});

function call(id: number, input: string, code: number, output: string, steps: CallTrace["steps"]): CallTrace {
  return {
    from: id - 1,
    to: idAddress(id),
    method: INVOKE_EVM,
    value: 0n,
    params: block(input),
    gasLimit: 1000,
    readOnly: false,
    callee: {
      id,
      state: { code: EVM, state: EVM, nonce: 1, balance: 0n, delegatedAddress: undefined },
      isConstructor: false,
    },
    steps,
    end: { kind: "exit", code, value: block(output) },
  };
}

/** A contract pays, which is logged, and then has too little. */
function poorTrace(): MessageTrace {
  const entries = [
    { flags: 3, key: "t1", codec: RAW, value: hexBytes(hash("Paid(uint256)")) },
    { flags: 3, key: "d", codec: RAW, value: hexBytes(word(7)) },
  ];
  const other = { flags: 3, key: "t1", codec: RAW, value: hexBytes(word(1)) };
  const inner = call(102, selector("pay(uint256)") + word(7), 0, word(2), [
    { kind: "event", event: { emitter: 102, entries } },
    { kind: "event", event: { emitter: 102, entries: [other] } },
  ]);
  const outer = call(101, selector("pay(uint256)") + word(9), 33, selector("TooPoor(uint256)") + word(5), [
    { kind: "call", call: inner },
    { kind: "call", call: call(102, "aabbccdd", 0, "", []) },
  ]);
  const { to, value, gasLimit, method } = outer;
  const fees = { gasFeeCap: 0n, gasPremium: 0n, params: new Uint8Array() };
  const message = { version: 0, from: idAddress(100), to, nonce: 0, value, gasLimit, method, ...fees };
  return { networkVersion: 28, epoch: 1, builtins: [["evm", EVM]], message, call: outer };
}

test("in JSON", () => {
  const [trace, source] = [poorTrace(), "Purse.json"];
  const decoded = JSON.parse(
    traceJson(trace, {
      decodeCall: (call) => decodedCall(call, abi),
      decodeEvent: (event) => decodedLog(event, abi),
    }),
  );
  const pay = (amount: string) => ({ signature: "pay(uint256)", args: { amount }, source });
  const { call } = decoded;
  expect(call.decoded).toEqual({
    function: pay("9"),
    revert: { signature: "TooPoor(uint256)", args: { has: "5" }, source },
  });
  const [first, second] = call.steps;
  expect(first.call.decoded).toEqual({ function: pay("7"), returns: { left: "2" } });
  expect(second.call).not.toHaveProperty("decoded");
  const [paid, unknown] = first.call.steps;
  expect(paid.event.decoded).toEqual({ signature: "Paid(uint256)", args: { amount: "7" }, source });
  expect(unknown.event).not.toHaveProperty("decoded");
  // All else is as it is without an ABI.
  const plain = JSON.stringify(decoded, (key, value: unknown) => (key === "decoded" ? undefined : value));
  expect(plain).toBe(traceJson(trace));
});

test("in text", () => {
  const usedAbis = new Set<string>();
  const lines = traceLines(poorTrace(), 0, { params: false, abi, usedAbis });
  expect(lines.map((line) => line.trim()).filter((line) => !line.includes("→"))).toEqual([
    "message 0: f0100, nonce 0",
    "calls pay(uint256) {amount: 9}",
    "reverts with TooPoor(uint256) {has: 5}",
    "calls pay(uint256) {amount: 7}",
    "returns {left: 2}",
    "logs Paid(uint256) {amount: 7}",
  ]);
  expect([...usedAbis]).toEqual(["Purse.json"]);
});

test("in the explanation", () => {
  const trace = poorTrace();
  const frames = [{ actorId: 101, method: INVOKE_EVM, code: 33, text: "contract reverted" }];
  const receipt = { exitCode: 33, returnData: new Uint8Array(), gasUsed: 1, eventsRoot: undefined };
  const failed = {
    receipt,
    failure: { kind: "backtrace", backtrace: { frames, cause: undefined } },
    trace,
  } as const;
  const { text, path } = explain(failed, { abi }) ?? {};
  expect(text).toContain("to f0101 (evm), method InvokeEVM (3844450837) with function pay(uint256), failed");
  expect(text).toMatch(/ the contract f0101 reverted with TooPoor\(has: 5\)\.$/);
  expect(path?.[0].functionSignature).toBe("pay(uint256)");
  expect(explain(failed)?.text).not.toMatch(/pay|TooPoor/);
});
