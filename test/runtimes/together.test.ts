/** Contracts in JavaScript, in eBPF and a native actor in AssemblyScript call each other, with values and failures. */
import { decode, encode } from "@ipld/dag-cbor";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import { exportedMethodNumber } from "../../src/builtin/frc42.js";
import { constructorParams, type EbpfProgram } from "../../src/runtimes/ebpf/program.js";
import { javaScriptConstructorParams } from "../../src/runtimes/javascript/contract.js";
import { withMethodNames } from "../../src/runtimes/method-names.js";
import { runtimeWasm } from "../../src/runtimes/runtime-wasm.js";
import { latin1Bytes } from "../../src/util/bytes.js";
import { TestChain } from "../support/chain.js";
import { assemble } from "../support/ebpf/assembler.js";
import { TestNet } from "../support/net.js";

const INIT = 1;
const EXEC = 2;
const number = exportedMethodNumber;
const ADD = number("Add");
const CALL = number("Call");
const READ_ONLY = 1;

let net: TestNet;
let chain: TestChain;
beforeAll(async () => {
  net = await TestNet.create({
    contracts: { ebpf: runtimeWasm("ebpf"), javascript: runtimeWasm("javascript") },
  });
  chain = await TestChain.on(net);
});
afterAll(() => chain.close());

async function exec(code: "ebpf" | "javascript", params: Uint8Array): Promise<number> {
  const { receipt } = await chain.send({ to: INIT, method: EXEC, params: net.execParams(code, params) });
  expect(receipt.exitCode).toBe(0);
  const [address] = decode<[Uint8Array, Uint8Array]>(receipt.returnData);
  return address.subarray(1).reduceRight((id, byte) => id * 128 + (byte & 0x7f), 0);
}

/** In JavaScript: a sum that only grows, and calls of others. */
const SUM = `
  import { fail } from "fvm:actor";
  export const Constructor = (_, { state }) => state.set(0);
  export const Add = (by, { state, message }) => {
    if (by === 13) throw fail(16, "thirteen");
    state.set(state.get() + by);
    return [state.get(), message.caller, message.value];
  };
  export const Sum = (_, { state }) => state.get();
  export const Call = ([to, method, params, value], { state, send }) => {
    state.set(state.get() + 1000);
    return send(to, method, params, { value: BigInt(value) });
  };
  export const Try = ([to, method, params], { state, send }) => {
    try { return send(to, method, params); }
    catch (error) { return ["caught", error.exitCode]; }
  };`;

const OUT = 256;
const ROOM = 128;

/**
 * In eBPF: `Call` calls one method of one actor with fixed parameters and a value, gives back what that returned, or
 * ends with its exit code. What it does is in its data, as `struct fvm_call`.
 */
function forwarder(to: number, method: number, params: Uint8Array, value = 0n): EbpfProgram {
  const address = latin1Bytes(idAddress(to));
  const region = 3n << 32n;
  const words = [
    region + 104n,
    BigInt(address.length),
    BigInt(method),
    region + 128n,
    BigInt(params.length),
    value,
    0n,
    0n,
    0n,
    region + BigInt(OUT),
    BigInt(ROOM),
    0n,
    0n,
  ];
  const data = Buffer.alloc(OUT);
  words.forEach((word, at) => {
    data.writeBigUInt64LE(word, 8 * at);
  });
  data.set(address, 104);
  data.set(params, 128);
  const code = assemble(`
    lddw %r6, ${region}
    mov %r1, %r6
    call 13
    jne %r0, 0, out
    mov %r1, %r6
    add %r1, ${OUT}
    ldxdw %r2, [%r6+96]
    call 3
    mov %r0, 0
    out:
    exit`);
  const methods = [{ number: CALL, entry: 0, name: "Call" }];
  return { code, readOnlyData: new Uint8Array(), data, dataSize: OUT + ROOM, methods };
}

const deployForwarder = (...call: Parameters<typeof forwarder>) =>
  exec("ebpf", constructorParams(forwarder(...call)));

async function call(to: number, method: string, params?: unknown, value = 0n) {
  const { receipt } = await chain.send({
    to,
    method: number(method),
    value,
    params: params === undefined ? new Uint8Array() : encode(params),
  });
  return {
    exitCode: receipt.exitCode,
    value: receipt.returnData.length === 0 ? undefined : decode(receipt.returnData),
  };
}

describe("contracts of several runtimes", () => {
  let sum: number;
  beforeEach(async () => {
    sum = await exec("javascript", javaScriptConstructorParams(SUM));
  });

  test("eBPF calls JavaScript", async () => {
    const forward = await deployForwarder(sum, ADD, encode(5));
    expect(await call(forward, "Call")).toEqual({ exitCode: 0, value: [5, forward, 0] });
    expect(await call(sum, "Sum")).toEqual({ exitCode: 0, value: 5 });
  });

  test("JavaScript calls eBPF, which calls JavaScript again: each sees what was changed before", async () => {
    const forward = await deployForwarder(sum, ADD, encode(5));
    expect(await call(sum, "Call", [forward, CALL, null, 0])).toEqual({
      exitCode: 0,
      value: [1005, forward, 0],
    });
    expect(await call(sum, "Sum")).toMatchObject({ value: 1005 });
  });

  test("a native actor calls eBPF, which calls JavaScript, with value on the way", async () => {
    const forward = await deployForwarder(sum, ADD, encode(7), 30n);
    const { sent } = await chain.forward({ to: net.address(forward), method: CALL, value: 100 });
    expect([sent.exitCode, decode(sent.data)]).toEqual([0, [7, forward, 30]]);
    const balance = async (id: number) => (await chain.machine.getActor(idAddress(id)))?.balance;
    expect([await balance(forward), await balance(sum)]).toEqual([70n, 30n]);
  });

  test("a failure goes up through all of them, and nothing stays", async () => {
    const forward = await deployForwarder(sum, ADD, encode(13));
    expect(await call(sum, "Call", [forward, CALL, null, 0])).toMatchObject({ exitCode: 16 });
    expect(await call(sum, "Sum")).toMatchObject({ value: 0 });
    const { sent } = await chain.forward({ to: net.address(forward), method: CALL, value: 5 });
    expect(sent.exitCode).toBe(16);
  });

  test("a failure is caught on the way, and what was there before it stays", async () => {
    const forward = await deployForwarder(sum, ADD, encode(13));
    expect(await call(sum, "Add", 2)).toMatchObject({ exitCode: 0 });
    expect(await call(sum, "Try", [forward, CALL, null])).toEqual({ exitCode: 0, value: ["caught", 16] });
    expect(await call(sum, "Sum")).toMatchObject({ value: 2 });
  });

  test("nothing is changed below a read-only call", async () => {
    const forward = await deployForwarder(sum, ADD, encode(5));
    const { sent } = await chain.forward({ to: net.address(forward), method: CALL, flags: READ_ONLY });
    expect(sent.exitCode).not.toBe(0);
    const reader = await deployForwarder(sum, number("Sum"), new Uint8Array());
    const read = await chain.forward({ to: net.address(reader), method: CALL, flags: READ_ONLY });
    expect([read.sent.exitCode, decode(read.sent.data)]).toEqual([0, 0]);
  });

  test("a trace has the names of their methods", async () => {
    const forward = await deployForwarder(sum, ADD, encode(5));
    await chain.machine.flush();
    const params = encode([forward, CALL, null, 0]);
    const { trace } = await chain.machine.execute(chain.message({ to: sum, method: CALL, params }), {
      trace: true,
    });
    const named = await withMethodNames(trace, net.store);
    const actors = BuiltinActors.of(named);
    expect(
      [CALL, ADD, number("Try"), number("Other")].map((method) => actors.methodName(undefined, method)),
    ).toEqual(["Call", "Add", "Try", undefined]);
  });
});
