import { expect, test } from "vitest";
import { type Address, idAddress } from "../../src/address/address.js";
import { traceLines } from "../../src/cli/trace-text.js";
import { parseCid } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import type { CallTrace, MessageTrace } from "../../src/vm/trace/trace.js";

const CODE = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");

function call(changes: Partial<CallTrace>): CallTrace {
  const state = { code: CODE, state: CODE, nonce: 0, balance: 0n, delegatedAddress: undefined };
  return {
    from: 100,
    to: idAddress(101),
    method: 0,
    value: 0n,
    params: undefined,
    gasLimit: 1000,
    readOnly: false,
    callee: { id: 101, state, isConstructor: false },
    steps: [],
    end: { kind: "exit", code: 0, value: undefined },
    ...changes,
  };
}

function trace(first: CallTrace | undefined): MessageTrace {
  const from = idAddress(100) as Address;
  const message = { version: 0, from, to: idAddress(101), nonce: 3, value: 0n, method: 0, gasLimit: 1000 };
  return {
    networkVersion: 28,
    epoch: 1,
    builtins: [["multisig", CODE]],
    message: { ...message, gasFeeCap: 0n, gasPremium: 0n, params: new Uint8Array() },
    call: first,
  };
}

const lines = (first: CallTrace | undefined, params = false) => traceLines(trace(first), 0, { params });

test("each call is a line: who, which method, how it ended", () => {
  const inner = call({ from: 101, method: 3844450837, value: 10n ** 18n, callee: undefined, readOnly: true });
  const refused = { kind: "refused", errno: 6, text: "no such actor" } as const;
  const outer = call({
    method: 2,
    steps: [
      { kind: "charge", name: "x", compute: 1_500_000, other: 0 },
      { kind: "log", text: "hello" },
      { kind: "call", call: { ...inner, end: refused } },
      { kind: "call", call: call({ from: 101, method: 77, end: { kind: "outOfGas" } }) },
    ],
    end: { kind: "exit", code: 18, value: undefined },
  });
  expect(lines(outer)).toEqual([
    "message 0: f0100, nonce 3",
    "  f0100 → f0101 (multisig) · Propose · 1,500 gas · exit 18 (USR_FORBIDDEN)",
    "    log: hello",
    "    f0101 → f0101 · InvokeEVM · 1.0 FIL · read-only · 0 gas · refused: no such actor, error 6 (NotFound: resource not found)",
    "    f0101 → f0101 (multisig) · method 77 · 0 gas · out of gas",
  ]);
});

test("parameters and returns are decoded", () => {
  const params = {
    codec: DAG_CBOR,
    data: new CborWriter().array(2).latin1(idAddress(5)).bool(true).finish(),
  };
  expect(lines(call({ method: 5, params }), true).slice(2)).toEqual([
    "    params: {signer: f05, increase: yes}",
  ]);
  const value = { codec: DAG_CBOR, data: new CborWriter().array(1).u64(1).finish() };
  const odd = call({ method: 5, params: value, end: { kind: "exit", code: 0, value } });
  expect(lines(odd, true).slice(2)).toEqual(["    params (DAG-CBOR): [1]", "    returns (DAG-CBOR): [1]"]);
});

test("events are decoded, and what actors write cannot change the terminal", () => {
  const value = new CborWriter().text("\x1b[2J").finish();
  const event = { emitter: 101, entries: [{ flags: 1, key: "$type\x9b", codec: DAG_CBOR, value }] };
  const noisy = call({
    steps: [
      { kind: "event", event },
      { kind: "log", text: "a\x1b[2J\nb" },
    ],
  });
  expect(lines(noisy).slice(2)).toEqual(["    log: a\\u001b[2J\\nb"]);
  expect(lines(noisy, true).slice(2)).toEqual([
    '    event: $type\\u009b: "\\u001b[2J"',
    "    log: a\\u001b[2J\\nb",
  ]);
});

test("a message without a call", () => {
  expect(lines(undefined)).toEqual(["message 0: f0100, nonce 3: refused before it could begin"]);
});

test("an implicit message says so, and gas that did not fit, by how much", () => {
  const ran = (name: string, compute: number, end: CallTrace["end"]) =>
    call({ gasLimit: 900, steps: [{ kind: "charge", name, compute, other: 0 }], end });
  expect(
    traceLines(trace(ran("x", 1_027_000, { kind: "outOfGas" })), 0, { params: false, implicit: true }),
  ).toEqual([
    "message 0: f0100, nonce 3, implicit",
    "  f0100 → f0101 (multisig) · Send · 1,027 gas, 27 beyond the limit · out of gas",
  ]);
  const inner = ran("x", 901_000, { kind: "outOfGas" });
  const outer = call({ steps: [{ kind: "call", call: inner }] });
  expect(lines(outer).slice(1)).toEqual([
    "  f0100 → f0101 (multisig) · Send · 901 gas · exit 0 (OK)",
    "    f0100 → f0101 (multisig) · Send · 901 gas, 1 beyond the limit · out of gas",
  ]);
});

test("calls nested as deep as a network allows", () => {
  let first = call({});
  for (let depth = 1; depth < 4096; depth++) first = call({ steps: [{ kind: "call", call: first }] });
  expect(lines(first)).toHaveLength(4097);
});
