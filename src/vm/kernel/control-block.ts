import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import { type ErrorNumber, Fatal } from "../../message/outcome.js";
import { type NativeStack, PAYLOAD_BYTES, Word } from "../../native/addon.js";
import { latin1 } from "../../util/bytes.js";
import { type U64, u64FromWords } from "../../util/u64.js";
import { writeU64, writeU128 } from "../../util/words.js";
import type { Answer, Arguments } from "./context.js";

const RESULT_BYTES = 128;

/** The memory that a native stack shares with JavaScript, in the views of it that are needed. */
export class ControlBlock {
  readonly words: Uint32Array;
  readonly signed: Int32Array;
  readonly result: Buffer;
  readonly payload: Uint8Array;
  private readonly bytes: Uint8Array;

  constructor(memory: ArrayBuffer) {
    this.bytes = new Uint8Array(memory);
    this.words = new Uint32Array(memory);
    this.signed = new Int32Array(memory);
    this.result = Buffer.from(memory, Word.RESULT * 4, RESULT_BYTES);
    this.payload = new Uint8Array(memory, Word.PAYLOAD * 4, PAYLOAD_BYTES);
  }

  /** Writes a CID or address behind its size; a size of 0 if there is none. */
  writeSized(sizeAt: number, text: Cid | Address | undefined): void {
    const { words, bytes } = this;
    if (text === undefined) {
      words[sizeAt] = 0;
      return;
    }
    words[sizeAt] = text.length;
    const at = (sizeAt + 1) * 4;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  }

  readCid(sizeAt: number): Cid {
    const at = (sizeAt + 1) * 4;
    return latin1(this.bytes, at, at + (this.words[sizeAt] as number)) as Cid;
  }
}

/** The waiting syscall's arguments, in the memory shared with C++. */
export class SyscallArguments implements Arguments {
  private readonly words: Uint32Array;
  private readonly signed: Int32Array;
  private readonly payload: Uint8Array;

  constructor(
    private readonly stack: NativeStack,
    { words, signed, payload }: ControlBlock,
  ) {
    this.words = words;
    this.signed = signed;
    this.payload = payload;
  }

  u32(slot: number): number {
    return this.words[Word.ARGS + slot * 2] as number;
  }

  u64(slot: number): U64 {
    const at = Word.ARGS + slot * 2;
    return u64FromWords(this.words[at] as number, this.words[at + 1] as number);
  }

  i64(slot: number): number | bigint {
    const at = Word.ARGS + slot * 2;
    const low = this.words[at] as number;
    const high = this.signed[at + 1] as number;
    const value = high * 0x1_0000_0000 + low;
    return Number.isSafeInteger(value) ? value : BigInt(high) * 0x1_0000_0000n + BigInt(low);
  }

  bytes(slot: number): Uint8Array {
    const offset = this.u32(slot);
    const length = this.length(slot);
    // Bytes that do not fit into the payload area stay in the guest's memory.
    if (offset + length > PAYLOAD_BYTES) return this.stack.argument(slot);
    return this.payload.subarray(offset, offset + length);
  }

  cid(slot: number): Cid {
    return latin1(this.bytes(slot)) as Cid;
  }

  length(slot: number): number {
    return this.words[Word.ARGS + slot * 2 + 1] as number;
  }
}

/** Writes the waiting syscall's answer into the memory shared with C++. */
export class SyscallAnswer implements Answer {
  private readonly words: Uint32Array;
  private readonly result: Buffer;

  constructor(
    private readonly stack: NativeStack,
    { words, result }: ControlBlock,
  ) {
    this.words = words;
    this.result = result;
  }

  none(): void {
    this.succeed(0);
  }

  u32(value: number): void {
    this.words[Word.RESULT] = value;
    this.succeed(4);
  }

  u64(value: U64): void {
    writeU64(this.words, Word.RESULT, value);
    this.succeed(8);
  }

  token(attoFil: bigint): void {
    if (!writeU128(this.words, Word.RESULT, attoFil)) throw new Fatal("token amount exceeds 128 bits");
    this.succeed(16);
  }

  bytes(data: Uint8Array): void {
    this.result.set(data);
    this.succeed(data.length);
  }

  latin1(data: string): void {
    this.succeed(this.result.write(data, "latin1"));
  }

  tail(slot: number, data: Uint8Array): void {
    this.stack.writeTail(slot, data);
    this.succeed(0);
  }

  /** The result of a send without data. */
  sent(exitCode: number): void {
    // Exit code, handle, codec (two words) and size.
    this.words.fill(0, Word.RESULT + 1, Word.RESULT + 5);
    this.words[Word.RESULT] = exitCode;
    this.succeed(20);
  }

  refuse(errno: ErrorNumber): void {
    this.words[Word.ERRNO] = errno;
  }

  private succeed(length: number): void {
    this.words[Word.ERRNO] = 0;
    this.words[Word.RESULT_LENGTH] = length;
  }
}
