import type { CborReader, CborWriter } from "../../ipld/cbor.js";

/** Items that a list of the chain may have. Source: cbor-gen, `MaxLength`. */
const MAX_ITEMS = 8192;
/** Bytes that a byte string of the chain may have. Source: cbor-gen, `ByteArrayMaxLen`. */
const MAX_BYTES = 2 ** 21;

export function readList<T>(reader: CborReader, read: () => T): T[] {
  const length = reader.array();
  if (length > MAX_ITEMS) reader.fail(`list of ${length} items`);
  return Array.from({ length }, read);
}

export function writeList<T>(writer: CborWriter, items: readonly T[], write: (item: T) => void): void {
  writer.array(items.length);
  items.forEach(write);
}

/** A copy. */
export function readBytes(reader: CborReader): Uint8Array {
  const bytes = reader.bytes();
  if (bytes.length > MAX_BYTES) reader.fail(`byte string of ${bytes.length} bytes`);
  return bytes.slice();
}
