import { Buffer } from "node:buffer";
import { isAnyArrayBuffer, isUint8Array } from "node:util/types";

/** For use inside: whoever transfers an array to another thread takes it from all that share it. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** An empty array of the caller's own. V8 copies an empty array six times as fast as it makes one of length 0. */
export function noBytes(): Uint8Array {
  return new Uint8Array(NO_BYTES);
}

/**
 * Frees memory that nobody uses any more at the next small collection: of what has lived for a while, V8 lets tens of
 * megabytes wait. The array and all views of its memory are empty from now on. Small arrays may share theirs with any
 * others, and stay.
 */
export function freeBytes({ buffer }: Uint8Array): void {
  if (buffer.byteLength > Buffer.poolSize) structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

// The methods work on any Uint8Array, and skip the view and the dispatch of `toString("latin1")`.
const { latin1Slice, latin1Write } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start?: number, end?: number): string;
  latin1Write(this: Uint8Array, text: string, offset?: number, length?: number): number;
};

/** V8 keeps arrays of so many bytes in its heap; Node's methods would first move them out of it. */
const LONGEST_LOOP = 64;

/** Bytes as a string of one char per byte: immutable, comparable with `===`, in byte order with `<`. */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return start === end ? "" : latin1Slice.call(bytes, start, end);
}

/** Whether each character is a byte. */
export function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

/** The bytes of a latin1 string. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  if (text.length > LONGEST_LOOP) latin1Write.call(bytes, text);
  else for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Writes the bytes of a latin1 string to a place where there is room for them. */
export function writeLatin1(bytes: Uint8Array, at: number, text: string): void {
  latin1Write.call(bytes, text, at, text.length);
}

const { includes } = Uint8Array.prototype;

/**
 * A view of anything that is bytes: of any kind of view or buffer, of any realm (jest, jsdom and `vm` have
 * classes of their own). `undefined` for anything else, such as a view whose memory was transferred away.
 */
export function asBytes(value: unknown): Uint8Array | undefined {
  try {
    if (isUint8Array(value)) return checked(value);
    if (ArrayBuffer.isView(value)) return checked(viewOf(value));
    return isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Throws if the memory is gone, which a length of 0 does not tell but any method does. */
function checked(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) includes.call(bytes, 0);
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A copy that only we have, of anything that is bytes; `undefined` for anything else. */
export function ownBytes(value: unknown): Uint8Array | undefined {
  const bytes = asBytes(value);
  return bytes && new Uint8Array(bytes);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** Whether a text is pairs of hexadecimal digits, however long it is: a pattern of pairs takes stack for each. */
export function isHexPairs(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text);
}

/** The bytes of pairs of hexadecimal digits; throws on anything else. */
export function hexBytes(text: string): Uint8Array {
  if (!isHexPairs(text)) throw new TypeError(`not pairs of hexadecimal digits: ${text}`);
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** The bytes of a text that is 0x and pairs of hexadecimal digits; undefined for any other. */
export function prefixedBytes(text: string): Uint8Array | undefined {
  const digits = text.slice(2);
  return /^0x/i.test(text) && isHexPairs(digits) ? hexBytes(digits) : undefined;
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts);
}

/** As `concatBytes`, of any number: calls with more than some 100,000 arguments overflow the stack. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
