import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { asBytes, bytesEqual } from "../../util/bytes.js";
import { kindOf } from "../../util/kind-of.js";
import type { Block } from "../block-access.js";
import { invalidCar } from "./error.js";
import { CarParser } from "./parser.js";
import { HEADER_BYTES, PRAGMA, readLayout } from "./version2.js";
import { isZstd } from "./zstd.js";

/** The content of a CAR (content-addressable archive). */
export interface Car {
  readonly roots: readonly Cid[];
  readonly blocks: readonly Block[];
}

/**
 * Reads a CAR of version 1 or 2 whole. Blocks are views of `bytes`, and are not checked against their CIDs.
 * Throws `FvmError` INVALID_CAR, also for a compressed one: `streamCar` reads those.
 */
export function readCar(bytes: Uint8Array): Car {
  const given = asBytes(bytes);
  if (given === undefined)
    throw new FvmError("INVALID_CAR", { offset: 0, reason: `${kindOf(bytes)} is not bytes` });
  if (isZstd(given)) throw invalidCar(0, "compressed: streamCar and openCar read it");
  const { offset, data } = dataOf(given);
  const parser = new CarParser({ offset });
  const blocks = parser.push(data);
  parser.end();
  return { roots: parser.roots ?? [], blocks };
}

/** The CAR of version 1 that it is, or that it wraps. */
function dataOf(bytes: Uint8Array): { offset: number; data: Uint8Array } {
  if (!bytesEqual(bytes.subarray(0, PRAGMA.length), PRAGMA)) return { offset: 0, data: bytes };
  const header = bytes.subarray(PRAGMA.length, PRAGMA.length + HEADER_BYTES);
  if (header.length < HEADER_BYTES) throw invalidCar(PRAGMA.length, "cut off");
  const { dataOffset, dataSize } = readLayout(header);
  const data = bytes.subarray(dataOffset, dataOffset + dataSize);
  if (data.length < dataSize) throw invalidCar(bytes.length, "cut off");
  return { offset: dataOffset, data };
}
