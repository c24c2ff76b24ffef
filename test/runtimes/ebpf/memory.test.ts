/** The edges of what a program may read and write, and other ways in which it ends. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { constructorParams } from "../../../src/runtimes/ebpf/program.js";
import { backtraceText } from "../../../src/vm/call-manager/backtrace.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import type { TestChain } from "../../support/chain.js";
import { assemble, encode } from "../../support/ebpf/assembler.js";
import { deploy, ebpfChain, programOf, programOfCode, RUN, tryDeploy } from "../../support/ebpf/contract.js";

const WIDTHS = { b: 1, h: 2, w: 4, dw: 8 } as const;
const REFUSED = 24;

let chain: TestChain;
beforeAll(async () => {
  chain = await ebpfChain();
});
afterAll(() => chain.close());

async function run(text: string, params: Uint8Array = new Uint8Array()): Promise<ApplyResult> {
  const id = await deploy(
    chain,
    programOf(text, { readOnlyData: new Uint8Array(24), data: new Uint8Array(24), dataSize: 40 }),
  );
  return chain.send({ to: id, method: RUN, params });
}

/** Sizes in bytes; the input is that of the parameters. */
const regions = [
  { name: "read-only data", number: 1n, size: 24, writable: false },
  { name: "stack", number: 2n, size: 65536, writable: true },
  { name: "data", number: 3n, size: 40, writable: true },
  { name: "input", number: 4n, size: 21, writable: false },
];

describe.each(regions)("$name", ({ number, size, writable }) => {
  const params = new CborWriter().bytes(new Uint8Array(20)).finish();
  const accesses = Object.entries(WIDTHS).flatMap(([name, width]) =>
    [-1, 0, 1].flatMap((shift) => [
      { name, at: shift, inside: shift >= 0 },
      { name, at: size - width + shift, inside: shift <= 0 },
    ]),
  );
  test.each(accesses)("$name at $at", async ({ name, at, inside }) => {
    const address = (number << 32n) + BigInt(at);
    const exit = (text: string) => run(`lddw %r1, ${address}\n${text}\nmov %r0, 0\nexit`, params);
    const { receipt: read } = await exit(`ldx${name} %r2, [%r1]`);
    const { receipt: written } = await exit(`st${name} [%r1], 1`);
    expect([read.exitCode, written.exitCode]).toEqual([
      inside ? 0 : REFUSED,
      inside && writable ? 0 : REFUSED,
    ]);
    if (name === "b" || name === "h") return;
    const { receipt: atomic } = await exit(`lock add${name === "w" ? "32" : ""} [%r1], %r2`);
    expect(atomic.exitCode).toBe(inside && writable ? 0 : REFUSED);
  });
});

test.each([0n, 1n, 0xffff_ffffn, 5n << 32n, 1n << 63n, (1n << 64n) - 1n])(
  "nothing is at %i",
  async (address) => {
    const { receipt } = await run(`lddw %r1, ${address}\nldxb %r0, [%r1]\nexit`);
    expect(receipt.exitCode).toBe(REFUSED);
  },
);

describe("a helper's pointer is checked:", () => {
  const hash = (from: bigint, length: number, to: bigint) => `
    mov %r1, 0x12
    lddw %r2, ${from}
    mov %r3, ${length}
    lddw %r4, ${to}
    mov %r5, 32
    call 22
    mov %r0, 0
    exit`;
  const data = 3n << 32n;
  test.each<[string, bigint, number, bigint, number]>([
    ["from data to data", data, 40, data, 0],
    ["from one byte beyond", data, 41, data, REFUSED],
    ["from a length below zero", data, -1, data, REFUSED],
    ["to where too little is", data, 8, data + 9n, REFUSED],
    ["to the last place", data, 8, data + 8n, 0],
    ["to read-only data", data, 8, 1n << 32n, REFUSED],
    ["from nothing at all", 0n, 0, data, 0],
  ])("%s", async (_, from, length, to, exit) => {
    const { receipt } = await run(hash(from, length, to));
    expect(receipt.exitCode).toBe(exit);
  });
});

describe("a program ends", () => {
  test("with its own exit code", async () => {
    const { receipt } = await run("mov %r0, 77\nexit");
    expect(receipt.exitCode).toBe(77);
  });

  test("with 9 for exit codes that are the system's", async () => {
    const { receipt } = await run("mov %r0, 5\nexit");
    expect(receipt.exitCode).toBe(9);
  });

  test.each([
    ["within a wide instruction", "ja 1\nlddw %r1, 5\nexit", "instruction 2: no instruction here"],
    ["past the end", "mov %r0, 0", "instruction 1: no instruction here"],
    ["in the 17th frame", "f:\ncall local f\nexit", "instruction 0: calls are too deep"],
    [
      "at an unknown helper in a register",
      "mov %r1, 99\ncall %r1\nexit",
      "instruction 1: no function at 0x63",
    ],
    ["at a bad address", "mov %r1, 8\nldxb %r0, [%r1+1]\nexit", "instruction 1: no such memory, at 0x9"],
  ])("with 24 %s", async (_, text, words) => {
    const { receipt, failure } = await run(text);
    expect(receipt.exitCode).toBe(REFUSED);
    if (failure?.kind !== "backtrace") throw new Error("no backtrace");
    expect(backtraceText(failure.backtrace)).toContain(words);
  });

  test("out of gas", async () => {
    const id = await deploy(chain, programOf("again:\nja again"));
    const { receipt } = await chain.send({ to: id, method: RUN, gasLimit: 100_000_000 });
    expect(receipt.exitCode).toBe(7);
  });

  test("16 frames deep", async () => {
    const { receipt } = await run(`
      mov %r1, 15
      f:
      jeq %r1, 0, out
      sub %r1, 1
      stxdw [%r10-4096], %r1
      call local f
      out:
      mov %r0, 0
      exit`);
    expect(receipt.exitCode).toBe(0);
  });
});

test("a contract is founded once, by the init actor", async () => {
  const id = await deploy(chain, programOf("mov %r0, 0\nexit"));
  const params = constructorParams(programOf("mov %r0, 99\nexit"));
  const { receipt } = await chain.send({ to: id, method: 1, params });
  expect(receipt.exitCode).toBe(18);
  expect((await chain.send({ to: id, method: RUN })).receipt.exitCode).toBe(0);
});

describe("a program is not deployed that", () => {
  const instruction = (fields: Parameters<typeof encode>[0]) =>
    Buffer.concat([encode(fields), assemble("exit")]);
  test.each<[string, Uint8Array]>([
    ["has an opcode of none", instruction({ opcode: 0xff })],
    ["has packet access", instruction({ opcode: 0x20 })],
    ["has a register beyond r10", instruction({ opcode: 0xb7, destination: 11 })],
    ["writes to r10", instruction({ opcode: 0xb7, destination: 10 })],
    ["loads to r10", instruction({ opcode: 0x61, destination: 10 })],
    ["fetches to r10", instruction({ opcode: 0xdb, source: 10, immediate: 0xe1 })],
    ["jumps out of its end", instruction({ opcode: 0x05, offset: 1 })],
    ["jumps out of its beginning", instruction({ opcode: 0x05, offset: -2 })],
    ["calls out of its end", instruction({ opcode: 0x85, source: 1, immediate: 1 })],
    ["calls an unknown helper", instruction({ opcode: 0x85, immediate: 38 })],
    ["calls helper 0", instruction({ opcode: 0x85, immediate: 0 })],
    ["calls by a kind of its own", instruction({ opcode: 0x85, source: 2, immediate: 5 })],
    ["has half a wide load", encode({ opcode: 0x18 })],
    ["loads the address of a map", instruction({ opcode: 0x18, source: 1 })],
    ["uses a field that is none: source", instruction({ opcode: 0xb7, source: 1 })],
    ["uses a field that is none: offset", instruction({ opcode: 0x07, offset: 2 })],
    ["uses a field that is none: immediate", instruction({ opcode: 0xbf, immediate: 1 })],
    ["has an atomic operation of none", instruction({ opcode: 0xdb, immediate: 0x02 })],
    ["has an atomic operation on a byte", instruction({ opcode: 0xd3, immediate: 0 })],
    ["ends within an instruction", new Uint8Array(9)],
  ])("%s", async (_, code) => {
    const { receipt } = await tryDeploy(chain, programOfCode(code));
    expect(receipt.exitCode).toBe(16);
  });

  test("has a method beyond its end", async () => {
    const program = programOf("exit", { methods: [{ number: RUN, entry: 1, name: "Run" }] });
    expect((await tryDeploy(chain, program)).receipt.exitCode).toBe(21);
  });

  test("has less data than it says", async () => {
    const program = programOf("exit", { data: new Uint8Array(2), dataSize: 1 });
    expect((await tryDeploy(chain, program)).receipt.exitCode).toBe(21);
  });
});
