import { hexBytes } from "../../util/bytes.js";
import { invalidCar } from "./error.js";

/** How a CAR of version 2 begins: a section with its version, and no roots. */
export const PRAGMA = hexBytes("0aa16776657273696f6e02");
/** Bytes of the header behind the pragma. */
export const HEADER_BYTES = 40;
const AT = { dataOffset: 16, dataSize: 24, indexOffset: 32 };

/** Where a CAR of version 2 has the one of version 1 that it wraps, and its index. */
export interface Layout {
  readonly dataOffset: number;
  readonly dataSize: number;
  /** 0: there is none. */
  readonly indexOffset: number;
}

/** The header of version 2. Source: the specification of CARv2. */
export function readLayout(header: Uint8Array): Layout {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const number = (at: number) => Number(view.getBigUint64(at, true));
  const layout = {
    dataOffset: number(AT.dataOffset),
    dataSize: number(AT.dataSize),
    indexOffset: number(AT.indexOffset),
  };
  const { dataOffset, dataSize, indexOffset } = layout;
  const fail = (reason: string) => {
    throw invalidCar(PRAGMA.length, reason);
  };
  // Writers fill these in at their end.
  if (dataSize === 0) fail("unfinished: its header has no size of the data");
  if (dataOffset < PRAGMA.length + HEADER_BYTES) fail(`data at offset ${dataOffset}, within the header`);
  const end = dataOffset + dataSize;
  if (!Number.isSafeInteger(end)) fail(`data of ${dataSize} bytes`);
  if (indexOffset !== 0 && indexOffset < end) fail(`index at offset ${indexOffset}, within the data`);
  return layout;
}
