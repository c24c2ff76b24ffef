/** Faults of arguments, in the words of the reference. */
import { ADDRESS_PROTOCOL, MAX_SUBADDRESS_BYTES } from "../../address/address.js";
import { type Cursor, readVarint } from "../../encoding/varint.js";

/** Why bytes are no address. Source: shared/src/address/{mod,payload,errors}.rs. */
export function addressFault(bytes: Uint8Array): string {
  if (bytes.length < 2) return "Invalid address length";
  const protocol = bytes[0] as number;
  switch (protocol) {
    case ADDRESS_PROTOCOL.ID:
      return "Invalid address payload";
    case ADDRESS_PROTOCOL.SECP256K1:
    case ADDRESS_PROTOCOL.ACTOR:
    case ADDRESS_PROTOCOL.BLS:
      return `Invalid payload length: ${bytes.length - 1}`;
    case ADDRESS_PROTOCOL.DELEGATED: {
      const cursor: Cursor = { data: bytes, offset: 1 };
      if (readVarint(cursor) === undefined) return "Invalid address payload";
      const length = bytes.length - cursor.offset;
      // Shorter ones are addresses, but on networks that have none of this protocol.
      return length > MAX_SUBADDRESS_BYTES ? `Invalid payload length: ${length}` : "Unknown address protocol";
    }
    default:
      return "Unknown address protocol";
  }
}

/** Least and most of a character's second byte, where a lead byte allows less than any continuation. */
const SECOND_BYTES: Readonly<Record<number, readonly [least: number, most: number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/** Where bytes stop being UTF-8, which they do somewhere. Source: Rust's `Utf8Error`. */
export function utf8Fault(bytes: Uint8Array): string {
  let at = 0;
  for (let length = 1; at < bytes.length; at += length) {
    const lead = bytes[at] as number;
    length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0) return `invalid utf-8 sequence of 1 bytes from index ${at}`;
    for (let i = 1; i < length; i++) {
      const byte = bytes[at + i];
      if (byte === undefined) return `incomplete utf-8 byte sequence from index ${at}`;
      const [least, most] = (i === 1 && SECOND_BYTES[lead]) || [0x80, 0xbf];
      if (byte < least || byte > most) return `invalid utf-8 sequence of ${i} bytes from index ${at}`;
    }
  }
  return "";
}
