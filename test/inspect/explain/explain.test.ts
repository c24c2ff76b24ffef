/** Why messages failed, in words. */
import { encode } from "@ipld/dag-cbor";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { describe, expect, test } from "vitest";
import { actorAddress, idAddress } from "../../../src/address/address.js";
import { loadAbi } from "../../../src/builtin/abi/index.js";
import { parseCid } from "../../../src/encoding/cid.js";
import { type ExplainOptions, type Explanation, explain } from "../../../src/inspect/explain/index.js";
import { hexBytes } from "../../../src/util/bytes.js";
import type { CallTrace, MessageTrace } from "../../../src/vm/trace/trace.js";
import { TestChain, type TestMessage } from "../../support/chain.js";
import { FIL, TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";

const DATA = ROOM + 0x1000;
const net = await TestNet.create();
const script = net.id("script");

async function explained(fields: TestMessage): Promise<Explanation> {
  const chain = await TestChain.on(net);
  try {
    const explanation = explain(await chain.machine.execute(chain.message(fields), { trace: true }));
    if (explanation === undefined) throw new Error("the message did not fail");
    expect(explanation.text).not.toMatch(/[\n\r]/);
    return explanation;
  } finally {
    chain.close();
  }
}

/** A message that runs a script. */
const running = (run: Script, more: Partial<TestMessage> = {}) => ({
  to: script,
  method: 2,
  params: run.bytes(),
  ...more,
});

describe("a message that cannot begin", () => {
  const cases: readonly (readonly [kind: string, fields: TestMessage])[] = [
    ["nonce", { to: script, nonce: 3 }],
    ["inclusion", { to: script, method: 2, gasLimit: 1000 }],
    ["balance", { to: script, gasFeeCap: FIL }],
    ["sender", { to: script, from: { name: "nobody", address: net.address(9999) } }],
    ["sender", { to: script, from: { name: "token", address: net.address("token") } }],
  ];
  test.each(cases)("%s", async (kind, fields) => {
    const { text, cause, path, exitCodeName } = await explained(fields);
    expect(cause.kind).toBe(kind);
    expect(path).toMatchObject([{ actor: `f0${script}`, end: undefined }]);
    expect(exitCodeName).toMatch(/^SYS_/);
    expect(text.replace(/^The message of \S+ /, "")).toMatchSnapshot();
  });

  test("for an actor that is known is named with its type", async () => {
    const chain = await TestChain.on(net);
    const message = chain.message({ to: net.id("alice"), nonce: 3 });
    const result = await chain.machine.execute(message, { trace: true });
    chain.close();
    const [, account] = result.trace.builtins.find(([name]) => name === "account") ?? [];
    const explanation = explain(result, { codeOf: () => account });
    expect(explanation?.path[0]).toMatchObject({ type: "account", methodName: "Send" });
  });
});

describe("a message that fails", () => {
  const send = (to: Uint8Array, value: number, method = 0) =>
    new Script().write(DATA, to).call("send.send", ROOM, DATA, to.length, method, 0, 0, value, -1n, 0);
  const hash = () => new Script().call("crypto.hash", DATA, 0xb220, DATA, 1000, 32);
  const cases: readonly (readonly [name: string, kind: string, fields: TestMessage])[] = [
    ["to nobody", "noActor", { to: 88_888, value: 1n }],
    ["to an address that cannot be created", "noActor", { to: actorBytes() }],
    ["for lack of money", "funds", { to: net.bob.address, value: 5000n * FIL }],
    ["out of gas", "outOfGas", running(hash(), { gasLimit: 1_000_000 })],
    ["for its method", "method", { to: net.id("token"), method: 99 }],
    ["with a trap", "crash", running(new Script().load(0xffff_fff0))],
    ["with a code of its own", "actor", running(new Script().call("vm.exit", 77, 0, 0, 0))],
    [
      "with a message of its own",
      "state",
      running(new Script().write(DATA, text("not\nnow")).call("vm.exit", 20, 0, DATA, 7)),
    ],
    ["forbidden", "forbidden", running(new Script().call("vm.exit", 18, 0, 0, 0))],
  ];
  test.each(cases)("%s", async (_, kind, fields) => {
    const { text, cause } = await explained(fields);
    expect([cause.kind, text.replace(/^The message of \S+ /, "")]).toMatchSnapshot();
    expect(cause.kind).toBe(kind);
  });

  test("out of gas in a call", async () => {
    const outer = new Script().send(net.address("script"), hash(), { out: ROOM, data: DATA, handle: 2 });
    const chain = await TestChain.on(net);
    const { receipt } = await chain.machine.execute(chain.message(running(outer)));
    chain.close();
    const gasLimit = Math.floor(Number(receipt.gasUsed) * 0.9);
    const { path, cause, exitCode } = await explained(running(outer, { gasLimit }));
    expect({ exitCode, kind: cause.kind }).toEqual({ exitCode: 7, kind: "outOfGas" });
    expect(path.map(({ actor }) => actor)).toEqual([`f0${script}`, `f0${script}`]);
    expect(cause.text).toMatch(
      /^the gas limit of [\d,]+ was used up in f0\d+ at the charge \w+; most of it went to .* %\), on .* %\)$/,
    );
  });

  test("not at all is not explained", async () => {
    const chain = await TestChain.on(net);
    const result = await chain.machine.execute(chain.message({ to: net.bob.address }), { trace: true });
    expect(explain(result)).toBeUndefined();
    // A call that fails, and is dealt with.
    const run = running(send(net.address(77_777), 1));
    const dealt = await chain.machine.execute(chain.message({ ...run, nonce: 1 }), { trace: true });
    chain.close();
    expect(dealt.receipt.exitCode).toBe(0);
    expect(explain(dealt)).toBeUndefined();
  });

  function actorBytes(): Uint8Array {
    return Uint8Array.from(actorAddress(text("nobody")), (char) => char.charCodeAt(0));
  }

  function text(value: string): Uint8Array {
    return new TextEncoder().encode(value);
  }
});

const selectorOf = (signature: string) =>
  Buffer.from(keccak_256(Buffer.from(signature)))
    .toString("hex")
    .slice(0, 8);

describe("a contract's revert", () => {
  const evm = parseCid("bafkqaaa");
  const word = (value: number) => value.toString(16).padStart(64, "0");
  const errorString = (text: string) =>
    hexBytes(
      `08c379a0${word(32)}${word(Buffer.byteLength(text))}${Buffer.from(text).toString("hex").padEnd(64, "0")}`,
    );
  const panic = hexBytes(`4e487b71${word(0x11)}`);

  function contract(id: number, value: Uint8Array, inner?: CallTrace): CallTrace {
    return {
      from: id - 1,
      to: idAddress(id),
      method: 3844450837,
      value: 0n,
      params: undefined,
      gasLimit: 1e9,
      readOnly: false,
      callee: {
        id,
        state: { code: evm, state: evm, nonce: 1, balance: 0n, delegatedAddress: undefined },
        isConstructor: false,
      },
      steps: inner === undefined ? [] : [{ kind: "call", call: inner }],
      end: { kind: "exit", code: 33, value: { codec: 0x51, data: encode(value) } },
    };
  }

  function explainedCall(call: CallTrace, depth = 1, options: ExplainOptions = {}): Explanation {
    const message = {
      version: 0,
      from: idAddress(100),
      to: call.to,
      nonce: 0,
      value: 0n,
      gasLimit: 1e9,
      gasFeeCap: 0n,
      gasPremium: 0n,
      method: call.method,
      params: new Uint8Array(),
    };
    const trace: MessageTrace = { networkVersion: 28, epoch: 1, builtins: [["evm", evm]], message, call };
    const frames = Array.from({ length: depth }, (_, i) => ({
      actorId: 101 + i,
      method: call.method,
      code: 33,
      text: "contract reverted",
    }));
    const backtrace = { frames: frames.reverse(), cause: undefined };
    const receipt = { exitCode: 33, returnData: new Uint8Array(), gasUsed: 1, eventsRoot: undefined };
    const explanation = explain({ receipt, failure: { kind: "backtrace", backtrace }, trace }, options);
    if (explanation === undefined) throw new Error("nothing was explained");
    return explanation;
  }

  const reasons: readonly (readonly [data: Uint8Array, kind: string, words: RegExp])[] = [
    [errorString("too late"), "error", /reverted with Error\("too late"\)\.$/],
    [errorString("a\nb\u202ec"), "error", /reverted with Error\("a b c"\)\.$/],
    [panic, "panic", /reverted with Panic\(0x11\): arithmetic underflow or overflow\.$/],
    [hexBytes("aabbccdd0011"), "custom", /an error of its own with selector 0xaabbccdd and 2 bytes/],
    [hexBytes("aabb"), "bytes", /reverted with the bytes 0xaabb\.$/],
    [new Uint8Array(), "bytes", /reverted with no reason\.$/],
  ];
  test.each(reasons)("case %#", (data, kind, words) => {
    const { revert, cause, text } = explainedCall(contract(101, data));
    expect([revert?.kind, cause.kind]).toEqual([kind, "revert"]);
    expect(text).toMatch(words);
    expect(text).toContain(
      "f0101 (evm), method InvokeEVM (3844450837), failed with exit code 33 (EVM_CONTRACT_REVERTED)",
    );
  });

  test("has the name and values that an ABI tells", async () => {
    const inputs = [
      { name: "has", type: "uint256" },
      { name: "", type: "address" },
    ];
    const abi = await loadAbi([{ type: "error", name: "TooPoor", inputs }]);
    const data = hexBytes(`dafd0b84${word(5)}${word(0x1234)}`);
    data.set(hexBytes(selectorOf("TooPoor(uint256,address)")));
    const { revert, text } = explainedCall(contract(101, data), 1, { abi });
    expect(revert).toMatchObject({ kind: "custom", match: { name: "TooPoor" } });
    expect(text).toMatch(/ reverted with TooPoor\(has: 5, 1: 0x0{36}1234.*\)\.$/);
  });

  test("is that of the innermost contract", () => {
    const inner = contract(103, errorString("inner"));
    const outer = contract(101, panic, contract(102, panic, inner));
    const { path, cause, text } = explainedCall(outer, 3);
    expect(path.map(({ actor }) => actor)).toEqual(["f0101", "f0102", "f0103"]);
    expect(cause.text).toBe('the contract f0103 reverted with Error("inner")');
    expect(text).toContain(
      "It went wrong 2 calls deep: f0101 (evm) → f0102 (evm) → f0103 (evm), method InvokeEVM",
    );
  });

  test("is not the cause where a call ran out of its own gas", () => {
    const inner: CallTrace = { ...contract(102, panic), gasLimit: 5000, end: { kind: "outOfGas" } };
    const outer = contract(101, panic, inner);
    const { cause, text } = explainedCall(outer, 2);
    expect(cause).toEqual({
      kind: "callOutOfGas",
      text: "the call of f0102 (evm) was given 5,000 gas by f0101, which is too little",
    });
    expect(text).toContain("It went wrong in a call: f0101 (evm) → f0102 (evm), method InvokeEVM");
    expect(text).toContain("The revert reason is Panic(0x11)");
  });

  test("of calls some thousand deep is a paragraph, too", () => {
    let call = contract(4100, errorString("deep"));
    for (let id = 4099; id > 100; id--) call = contract(id, panic, call);
    const { path, text } = explainedCall(call, 4000);
    expect(path).toHaveLength(4000);
    expect(text).toContain("→ 3994 more →");
    expect(text.length).toBeLessThan(1000);
  });
});
