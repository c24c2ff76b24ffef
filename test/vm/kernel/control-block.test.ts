import { beforeEach, describe, expect, test } from "vitest";
import { Fatal } from "../../../src/message/outcome.js";
import { CONTROL_BYTES, type NativeStack, PAYLOAD_BYTES, Word } from "../../../src/native/addon.js";
import { writeU64, writeU128 } from "../../../src/util/words.js";
import { ControlBlock, SyscallAnswer, SyscallArguments } from "../../../src/vm/kernel/control-block.js";

const long = new Uint8Array(PAYLOAD_BYTES + 1).fill(5);

let words: Uint32Array;
let args: SyscallArguments;
let answer: SyscallAnswer;
beforeEach(() => {
  const control = new ArrayBuffer(CONTROL_BYTES);
  const stack = { control, argument: () => long } as Partial<NativeStack> as NativeStack;
  words = new Uint32Array(control);
  const block = new ControlBlock(control);
  args = new SyscallArguments(stack, block);
  answer = new SyscallAnswer(stack, block);
});

describe("arguments", () => {
  const set = (slot: number, low: number, high: number) => words.set([low, high], Word.ARGS + slot * 2);

  test.each([
    [0, 0, 0, 0],
    [1, 0, 1, 1],
    [0, 1, 2 ** 32, 2 ** 32],
    [0xffff_ffff, 0x1f_ffff, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [0, 0x20_0000, 2n ** 53n, 2n ** 53n],
    [0xffff_ffff, 0xffff_ffff, 2n ** 64n - 1n, -1],
    [0, 0x8000_0000, 2n ** 63n, -(2n ** 63n)],
    [1, 0xffe0_0000, 0xffe0_0000_0000_0001n, Number.MIN_SAFE_INTEGER],
    [0, 0xffe0_0000, 0xffe0_0000_0000_0000n, -(2n ** 53n)],
  ])("words %d and %d are %s, signed %s", (low, high, unsigned, signed) => {
    set(3, low, high);
    expect(args.u32(3)).toBe(low);
    expect(args.u64(3)).toBe(unsigned);
    expect(args.i64(3)).toBe(signed);
  });

  test("bytes are in the payload, or come from the guest if they are too long for it", () => {
    new Uint8Array(words.buffer).set([1, 2, 3], Word.PAYLOAD * 4 + 7);
    set(0, 8, 2);
    set(1, 0xffff_ffff, long.length);
    expect(args.bytes(0)).toEqual(Uint8Array.of(2, 3));
    expect(args.cid(0)).toBe("\x02\x03");
    expect(args.length(0)).toBe(2);
    expect(args.bytes(1)).toBe(long);
  });
});

describe("answers", () => {
  const result = () => {
    expect(words[Word.ERRNO]).toBe(0);
    return Buffer.from(words.buffer, Word.RESULT * 4, words[Word.RESULT_LENGTH]).toString("hex");
  };

  test("are packed, low word first", () => {
    words[Word.ERRNO] = 6;
    answer.u32(0xfedc_ba98);
    expect(result()).toBe("98badcfe");
    answer.u64(2n ** 64n - 2n);
    expect(result()).toBe("feffffffffffffff");
    answer.u64(0x1_0000_0002);
    expect(result()).toBe("0200000001000000");
    answer.token(2n ** 127n + 1n);
    expect(result()).toBe("01000000000000000000000000000080");
    answer.token(0n);
    expect(result()).toBe("00".repeat(16));
    answer.latin1("\x00\xff");
    expect(result()).toBe("00ff");
    answer.bytes(Uint8Array.of(7));
    expect(result()).toBe("07");
    answer.sent(16);
    expect(result()).toBe(`10000000${"00".repeat(16)}`);
    answer.none();
    expect(result()).toBe("");
  });

  test("amounts above 128 bits are fatal", () => {
    expect(() => answer.token(2n ** 128n)).toThrow(Fatal);
    expect(() => answer.token(-1n)).toThrow(Fatal);
  });

  test("a refusal is an error number", () => {
    answer.refuse(11);
    expect(words[Word.ERRNO]).toBe(11);
  });
});

test("wide values take two and four words", () => {
  const out = new Uint32Array(6).fill(9);
  writeU64(out, 1, Number.MAX_SAFE_INTEGER);
  expect([...out]).toEqual([9, 0xffff_ffff, 0x1f_ffff, 9, 9, 9]);
  writeU64(out, 1, 0xffff_fffe_0000_0003n);
  expect([...out]).toEqual([9, 3, 0xffff_fffe, 9, 9, 9]);
  expect(writeU128(out, 1, (4n << 96n) | (3n << 64n) | (2n << 32n) | 1n)).toBe(true);
  expect([...out]).toEqual([9, 1, 2, 3, 4, 9]);
  expect(writeU128(out, 1, 2n ** 128n)).toBe(false);
  expect([...out]).toEqual([9, 1, 2, 3, 4, 9]);
});
