import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import { readElf } from "../../../src/runtimes/ebpf/elf.js";
import { linkProgram } from "../../../src/runtimes/ebpf/link.js";
import type { TestChain } from "../../support/chain.js";
import { assemble } from "../../support/ebpf/assembler.js";
import { deploy, ebpfChain } from "../../support/ebpf/contract.js";
import { type WrittenSection, type WrittenSymbol, writeElf } from "../../support/ebpf/elf-writer.js";

const CODE = 6;
const READ_ONLY = 2;
const WRITABLE = 3;
const TO_ADDRESS = 1;
const TO_DATA = 2;
const TO_CALL = 10;

let chain: TestChain;
beforeAll(async () => {
  chain = await ebpfChain();
});
afterAll(() => chain.close());

const RETURN_R6 = `
  stxdw [%r10-8], %r6
  mov %r1, %r10
  add %r1, -8
  mov %r2, 8
  call 3
  mov %r0, 0
  exit`;

function text(code: string, relocations: WrittenSection["relocations"] = []): WrittenSection {
  return { name: ".text", content: assemble(code), flags: CODE, relocations };
}

function object(sections: readonly WrittenSection[], symbols: readonly WrittenSymbol[]) {
  return readElf("a.o", writeElf(sections, symbols));
}

const run: WrittenSymbol = { name: "Run", section: ".text", kind: "function" };

/** Number of 64 bits that `Run` returns. */
async function resultOf(...objects: ReturnType<typeof object>[]): Promise<bigint> {
  const id = await deploy(chain, linkProgram(objects));
  const { receipt } = await chain.send({ to: id, method: exportedMethodNumber("Run") });
  expect(receipt.exitCode).toBe(0);
  return Buffer.from(receipt.returnData).readBigUInt64LE();
}

describe("a program reads", () => {
  test("a constant, by the address of its section and an offset", async () => {
    const code = text(`lddw %r6, 8\nldxdw %r6, [%r6]${RETURN_R6}`, [
      { offset: 0, type: TO_ADDRESS, symbol: ".rodata" },
    ]);
    const constants: WrittenSection = { name: ".rodata", content: u64s(1n, 77n), flags: READ_ONLY };
    expect(await resultOf(object([code, constants], [run, { name: ".rodata", section: ".rodata" }]))).toBe(
      77n,
    );
  });

  test("data, through a pointer in data", async () => {
    const code = text(`lddw %r6, 0\nldxdw %r6, [%r6]\nldxdw %r6, [%r6]${RETURN_R6}`, [
      { offset: 0, type: TO_ADDRESS, symbol: "pointer" },
    ]);
    const data: WrittenSection = {
      name: ".data",
      content: u64s(5n, 6n, 8n),
      flags: WRITABLE,
      relocations: [{ offset: 16, type: TO_DATA, symbol: "number" }],
    };
    const symbols: WrittenSymbol[] = [
      run,
      { name: "pointer", section: ".data", value: 16, kind: "data" },
      { name: "number", section: ".data", value: 0, kind: "data" },
    ];
    // The pointer's own value, eight, is added.
    expect(await resultOf(object([code, data], symbols))).toBe(6n);
  });

  test("zeros, and what it has written there", async () => {
    const code = text(
      `lddw %r7, 0\nldxdw %r6, [%r7]\nadd %r6, 3\nstxdw [%r7], %r6\nldxdw %r6, [%r7]${RETURN_R6}`,
      [{ offset: 0, type: TO_ADDRESS, symbol: "zeros" }],
    );
    const program = object(
      [code, { name: ".bss", content: 4096, flags: WRITABLE }],
      [run, { name: "zeros", section: ".bss", value: 4088 }],
    );
    expect(linkProgram([program])).toMatchObject({ data: new Uint8Array(), dataSize: 4096 });
    expect(await resultOf(program)).toBe(3n);
  });
});

describe("a program calls", () => {
  test("a static function, by its distance from the section", async () => {
    const code = text(`call -1${RETURN_R6}`, [{ offset: 0, type: TO_CALL, symbol: "others" }]);
    const others: WrittenSection = {
      name: "others",
      content: assemble("exit\nmov %r6, 9\nexit"),
      flags: CODE,
    };
    // Clang writes the callee's distance less one: of the second instruction, zero.
    const content = Buffer.from(code.content as Uint8Array);
    content.writeInt32LE(0, 4);
    const seen = object(
      [{ ...code, content }, others],
      [run, { name: "others", section: "others", isLocal: true }],
    );
    // The callee's r6 is its own.
    expect(await resultOf(seen)).toBe(0n);
    expect(Buffer.from(linkProgram([seen]).code).readInt32LE(4)).toBe(content.length / 8);
  });

  test("a function of another object", async () => {
    const caller = object(
      [text(`call -1\nmov %r6, %r0${RETURN_R6}`, [{ offset: 0, type: TO_CALL, symbol: "seven" }])],
      [run, { name: "seven" }],
    );
    const callee = object(
      [text("mov %r0, 7\nexit")],
      [{ name: "seven", section: ".text", kind: "function" }],
    );
    expect(await resultOf(caller, callee)).toBe(7n);
    expect(await resultOf(callee, caller)).toBe(7n);
  });
});

test("methods are the global functions with a capital letter", () => {
  const symbols: WrittenSymbol[] = [
    run,
    { name: "Constructor", section: ".text", kind: "function", value: 8 },
    { name: "lower", section: ".text", kind: "function" },
    { name: "Local", section: ".text", kind: "function", isLocal: true },
    { name: "Data", section: ".text", kind: "data" },
  ];
  expect(linkProgram([object([text("exit\nexit")], symbols)]).methods).toEqual([
    { number: 1, entry: 1, name: "Constructor" },
    { number: exportedMethodNumber("Run"), entry: 0, name: "Run" },
  ]);
});

describe("is refused, with the symbol", () => {
  const address = text("lddw %r1, 0\nexit", [{ offset: 0, type: TO_ADDRESS, symbol: "thing" }]);
  const call = text("call -1\nexit", [{ offset: 0, type: TO_CALL, symbol: "thing" }]);
  const data: WrittenSection = { name: ".data", content: u64s(1n), flags: WRITABLE };
  test.each<[string, WrittenSection[], WrittenSymbol[], string]>([
    ["what nobody defines", [call], [run, { name: "thing" }], "thing is not defined"],
    [
      "the address of a function",
      [address],
      [run, { name: "thing", section: ".text", kind: "function" }],
      "the address of thing, which is code, is used: functions have none",
    ],
    [
      "a call of data",
      [call, data],
      [run, { name: "thing", section: ".data" }],
      "thing is called, but is no function",
    ],
    [
      "a relocation of another type",
      [text("lddw %r1, 0\nexit", [{ offset: 0, type: 3, symbol: "thing" }]), data],
      [run, { name: "thing", section: ".data" }],
      "a relocation of type 3 to thing",
    ],
    [
      "what is in no part of the program",
      [address, { ...data, name: ".debug", flags: 0 }],
      [run, { name: "thing", section: ".debug" }],
      "thing is in no section of code or data",
    ],
  ])("%s", (_, sections, symbols, reason) => {
    expect(() => linkProgram([object(sections, symbols)])).toThrow(
      expect.objectContaining({
        code: "INVALID_PROGRAM",
        details: { source: "a.o", symbol: "thing", reason },
      }),
    );
  });

  test("what two objects define", () => {
    const one = object([text("exit")], [run]);
    expect(() => linkProgram([one, one])).toThrow(
      expect.objectContaining({
        details: { source: "a.o", symbol: "Run", reason: "Run is defined more than once" },
      }),
    );
  });
});

describe("an object is refused that", () => {
  const whole = writeElf([text("exit")], [run]);
  test.each<[string, Uint8Array, string]>([
    ["is none", Buffer.from("no object"), "no ELF object of 64 bits, little-endian"],
    [
      "is of another machine",
      writeElf([text("exit")], [run], 62),
      "no object for BPF, such as clang --target=bpfel -c makes",
    ],
    ["is cut off", whole.subarray(0, whole.length - 1), "the object is cut off"],
  ])("%s", (_, file, reason) => {
    expect(() => readElf("a.o", file)).toThrow(
      expect.objectContaining({ details: { source: "a.o", reason } }),
    );
  });

  test("has no methods", () => {
    expect(() => linkProgram([object([text("exit")], [])])).toThrow(/no methods/);
  });

  test("each beginning of an object is refused by name", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => readElf("a.o", whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "INVALID_PROGRAM" }),
      );
    }
  });
});

function u64s(...values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}
