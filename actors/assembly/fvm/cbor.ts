import { Bytes } from "./bytes";
import { exit, SERIALIZATION } from "./exit";

export const UINT: u8 = 0;
export const BYTES: u8 = 2;
export const TEXT: u8 = 3;
export const ARRAY: u8 = 4;
const TAG: u8 = 6;
const LINK_TAG: u64 = 42;

/** Writes CBOR into a buffer of fixed capacity. */
export class CborWriter {
  private at: usize;
  private used: u32 = 0;

  constructor(private capacity: u32 = 4096) {
    this.at = heap.alloc(capacity);
  }

  array(length: u64): CborWriter {
    return this.head(ARRAY, length);
  }

  uint(value: u64): CborWriter {
    return this.head(UINT, value);
  }

  bytes(data: Bytes): CborWriter {
    return this.head(BYTES, data.length).raw(data);
  }

  text(data: Bytes): CborWriter {
    return this.head(TEXT, data.length).raw(data);
  }

  /** A link whose payload was read by `CborReader.link`. */
  link(payload: Bytes): CborWriter {
    return this.head(TAG, LINK_TAG).bytes(payload);
  }

  done(): Bytes {
    return new Bytes(this.at, this.used);
  }

  private head(major: u8, value: u64): CborWriter {
    const first = major << 5;
    if (value < 24) return this.byte(first | (value as u8));
    if (value <= u8.MAX_VALUE) return this.byte(first | 24).tail(value, 1);
    if (value <= u16.MAX_VALUE) return this.byte(first | 25).tail(value, 2);
    if (value <= u32.MAX_VALUE) return this.byte(first | 26).tail(value, 4);
    return this.byte(first | 27).tail(value, 8);
  }

  private tail(value: u64, size: i32): CborWriter {
    for (let i = size - 1; i >= 0; i--) this.byte((value >> (8 * i)) as u8);
    return this;
  }

  private byte(value: u8): CborWriter {
    if (this.used === this.capacity) exit(SERIALIZATION, "CBOR buffer is full");
    store<u8>(this.at + this.used++, value);
    return this;
  }

  private raw(data: Bytes): CborWriter {
    if (data.length > this.capacity - this.used) exit(SERIALIZATION, "CBOR buffer is full");
    memory.copy(this.at + this.used, data.at, data.length);
    this.used += data.length;
    return this;
  }
}

/** Reads CBOR; anything unexpected ends the invocation. Byte strings are views. */
export class CborReader {
  private position: u32 = 0;

  constructor(private data: Bytes) {}

  array(): u64 {
    return this.head(ARRAY);
  }

  /** An array of just so many items. */
  tuple(length: u64): CborReader {
    if (this.array() !== length) this.fail();
    return this;
  }

  uint(): u64 {
    return this.head(UINT);
  }

  bytes(): Bytes {
    return this.take(this.head(BYTES) as u32);
  }

  text(): Bytes {
    return this.take(this.head(TEXT) as u32);
  }

  /** A link's payload: a zero byte, then the binary CID. */
  link(): Bytes {
    if (this.head(TAG) !== LINK_TAG) this.fail();
    return this.bytes();
  }

  private head(major: u8): u64 {
    const first = this.byte();
    if (first >> 5 !== major) this.fail();
    const low = first & 31;
    if (low < 24) return low;
    if (low > 27) this.fail();
    let value: u64 = 0;
    for (let i = 0; i < 1 << (low - 24); i++) value = (value << 8) | this.byte();
    return value;
  }

  private byte(): u8 {
    return load<u8>(this.take(1).at);
  }

  private take(length: u32): Bytes {
    if (length > this.data.length - this.position) this.fail();
    const view = new Bytes(this.data.at + this.position, length);
    this.position += length;
    return view;
  }

  private fail(): void {
    exit(SERIALIZATION, "malformed CBOR");
  }
}
