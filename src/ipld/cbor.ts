import { latin1Bytes } from "../util/bytes.js";
import { CborReader, type CborReaderOptions } from "./cbor-reader.js";
import { CborWriter } from "./cbor-writer.js";

export { CborReader, type CborReaderOptions, Major } from "./cbor-reader.js";
export { CborWriter } from "./cbor-writer.js";

/** How values of one kind are written and read. Both ends must agree on one item. */
export interface Codec<V> {
  /** Writes the value as one item. */
  encode(value: V, writer: CborWriter): void;
  /** Reads one item. Throws `FvmError` INVALID_CBOR, or the error of what the item is made of. */
  decode(reader: CborReader): V;
}

/** The value as DAG-CBOR. */
export function encodeCbor<V>(codec: Pick<Codec<V>, "encode">, value: V): Uint8Array {
  return latin1Bytes(encodeCborLatin1(codec, value));
}

/** As `encodeCbor`, as a latin1 string: far cheaper than an array. */
export function encodeCborLatin1<V>(codec: Pick<Codec<V>, "encode">, value: V): string {
  const writer = new CborWriter();
  codec.encode(value, writer);
  return writer.finishLatin1();
}

/** The value of a DAG-CBOR block. Throws if anything follows it, and as `Codec.decode`. */
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
