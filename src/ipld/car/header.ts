import type { Cid } from "../../encoding/cid.js";
import { CborReader, CborWriter } from "../cbor.js";
import { invalidCar } from "./error.js";

/**
 * The roots in a header of version 1, without its length.
 *
 * @param offset of the header in the CAR, for errors
 */
export function readHeader(bytes: Uint8Array, offset: number): Cid[] {
  let header: { version: number; roots: Cid[] };
  try {
    header = decodeHeader(bytes);
  } catch (cause) {
    throw invalidCar(offset, "malformed header", cause);
  }
  if (header.version !== 1) throw invalidCar(offset, `version ${header.version}`);
  return header.roots;
}

function decodeHeader(bytes: Uint8Array): { version: number; roots: Cid[] } {
  const reader = new CborReader(bytes, 0, { canonical: true });
  let version = 0;
  let roots: Cid[] = [];
  for (let entries = reader.map(); entries > 0; entries--) {
    const key = reader.text();
    if (key === "version") version = reader.u32();
    else if (key === "roots") roots = Array.from({ length: reader.array() }, () => reader.cid());
    else reader.skip();
  }
  reader.end();
  return { version, roots };
}

/** A header of version 1, without its length. */
export function encodeHeader(roots: readonly Cid[]): Uint8Array {
  const header = new CborWriter().map(2).text("roots").array(roots.length);
  for (const root of roots) header.cid(root);
  return header.text("version").u64(1).finish();
}
