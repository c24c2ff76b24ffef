import type { Cid } from "../../encoding/cid.js";
import { varint } from "../../encoding/varint.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { Block } from "../block-access.js";
import { encodeHeader } from "./header.js";

/** The header of a CAR of version 1, in parts. */
export function headerSection(roots: readonly Cid[]): readonly Uint8Array[] {
  const header = encodeHeader(roots);
  return [latin1Bytes(varint(header.length)), header];
}

/** A block of a CAR, in parts. */
export function blockSection({ cid, data }: Block): readonly Uint8Array[] {
  return [latin1Bytes(`${varint(cid.length + data.length)}${cid}`), data];
}
