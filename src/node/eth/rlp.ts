/** RLP, refused in Lotus's words. Source: Lotus chain/types/ethtypes/rlp.go. */
import { failed } from "../rpc/errors.js";

/** Bytes or a list. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** Limits of what is decoded: more than any transaction needs. */
const MOST_ELEMENTS = 12;
const MOST_DEPTH = 32;
const MOST_BYTES = 2 ** 21;
/** First bytes of strings and lists, short ones and those whose length stands before them. */
const SHORT_STRING = 0x80;
const LONG_STRING = 0xb8;
const SHORT_LIST = 0xc0;
const LONG_LIST = 0xf8;
const LEAST_LONG = 56;

/** Throws `RpcError` if it is not RLP, not in its shortest form, or something follows it. */
export function decodeRlp(data: Uint8Array): RlpItem {
  if (data.length === 0) throw invalid("data is empty");
  if (data.length > MOST_BYTES) throw invalid(`input length ${data.length} exceeds limit of ${MOST_BYTES}`);
  const { item, size } = decodeItem(data, 0);
  if (size !== data.length) throw invalid(`length ${data.length}, consumed ${size}`);
  return item;
}

interface Decoded {
  readonly item: RlpItem;
  /** Bytes that it takes. */
  readonly size: number;
}

function decodeItem(data: Uint8Array, depth: number): Decoded {
  const [first] = data;
  if (first === undefined) throw invalid("data is empty");
  if (depth > MOST_DEPTH) throw invalid(`list nesting depth exceeds limit of ${MOST_DEPTH}`);
  if (first < SHORT_STRING) return { item: data.subarray(0, 1), size: 1 };
  if (first < LONG_STRING) return shortString(data, first - SHORT_STRING);
  if (first < SHORT_LIST) {
    const { start, length } = longSpan(data, first - LONG_STRING + 1, "string");
    return { item: data.subarray(start, start + length), size: start + length };
  }
  if (first < LONG_LIST) {
    const length = first - SHORT_LIST;
    if (1 + length > data.length) throw invalid("out of bound while parsing list");
    return { item: elements(data.subarray(1), length, depth + 1), size: 1 + length };
  }
  const { start, length } = longSpan(data, first - LONG_LIST + 1, "list");
  return { item: elements(data.subarray(start), length, depth + 1), size: start + length };
}

function shortString(data: Uint8Array, length: number): Decoded {
  if (1 + length > data.length) throw invalid("out of bound while parsing string");
  if (length === 1 && (data[1] as number) < SHORT_STRING) {
    throw invalid("non-canonical single byte encoding");
  }
  return { item: data.subarray(1, 1 + length), size: 1 + length };
}

/** Where the contents are of what has its length before them, in so many bytes. */
function longSpan(data: Uint8Array, lengthBytes: number, kind: "string" | "list") {
  const start = 1 + lengthBytes;
  if (start > data.length) throw invalid("out of bound while parsing length");
  if (data[1] === 0) throw invalid("non-canonical length encoding with leading zeros");
  const length = data.subarray(1, start).reduce((sum, byte) => sum * 256 + byte, 0);
  if (length > data.length - start) throw invalid("out of bound while parsing length");
  if (length < LEAST_LONG) throw invalid(`non-canonical ${kind} length encoding`);
  return { start, length };
}

function elements(data: Uint8Array, length: number, depth: number): RlpItem[] {
  const items: RlpItem[] = [];
  let at = 0;
  while (at < length && items.length < MOST_ELEMENTS) {
    const { item, size } = element(data.subarray(at), depth);
    items.push(item);
    at += size;
  }
  if (at !== length) throw invalid("incorrect list length");
  return items;
}

function element(data: Uint8Array, depth: number): Decoded {
  try {
    return decodeItem(data, depth);
  } catch (error) {
    throw invalid(`cannot decode list element: ${(error as Error).message}`);
  }
}

function invalid(reason: string) {
  return failed(`invalid rlp data: ${reason}`);
}
