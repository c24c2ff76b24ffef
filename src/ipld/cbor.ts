import { CborReader, type CborReaderOptions } from "./cbor-reader.js";
import { CborWriter } from "./cbor-writer.js";

export { CborReader, type CborReaderOptions, Major } from "./cbor-reader.js";
export { CborWriter } from "./cbor-writer.js";

/** How values of one kind are written and read. Both ends must agree on one item. */
export interface Codec<V> {
  encode(value: V, writer: CborWriter): void;
  /** Throws `FvmError` INVALID_CBOR, or the error of what the item is made of. */
  decode(reader: CborReader): V;
}

// Kept between calls for its buffer; a codec that encodes within an encoding gets another one.
let spare: CborWriter | undefined;

function encodeWith<V, R>(codec: Pick<Codec<V>, "encode">, value: V, finish: (writer: CborWriter) => R): R {
  const writer = spare ?? new CborWriter();
  spare = undefined;
  codec.encode(value, writer);
  const encoded = finish(writer);
  spare = writer;
  return encoded;
}

export function encodeCbor<V>(codec: Pick<Codec<V>, "encode">, value: V): Uint8Array {
  return encodeWith(codec, value, (writer) => writer.finish());
}

/** As `encodeCbor`, only the number of bytes. */
export function lengthOfCbor<V>(codec: Pick<Codec<V>, "encode">, value: V): number {
  return encodeWith(codec, value, (writer) => writer.finishLength());
}

/** As `encodeCbor`, as a latin1 string: for many small values far cheaper than arrays. */
export function encodeCborLatin1<V>(codec: Pick<Codec<V>, "encode">, value: V): string {
  return encodeWith(codec, value, (writer) => writer.finishLatin1());
}

/** Throws if anything follows the value; see `Codec.decode`. */
export function decodeCbor<V>(
  codec: Pick<Codec<V>, "decode">,
  data: Uint8Array,
  options?: CborReaderOptions,
): V {
  const reader = new CborReader(data, 0, options);
  const value = codec.decode(reader);
  reader.end();
  return value;
}
