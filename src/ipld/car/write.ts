import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { asBytes, joinBytes } from "../../util/bytes.js";
import { isFlag, isObject, isSignal, isText, optional } from "../../util/check.js";
import { kindOf } from "../../util/kind-of.js";
import { isDiskFull } from "../../util/node-error.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import type { Block } from "../block-access.js";
import type { Car } from "./car.js";
import { blockSection, headerSection } from "./sections.js";
import { zstdFrames } from "./zstd.js";

/** Pieces of a CAR are about so long, so that each is worth a write. */
const PIECE_BYTES = 256 * 1024;

/** The content of a CAR that is made as it is written. */
export interface CarSource {
  readonly roots: readonly Cid[];
  /** Taken as fast as they are written. */
  readonly blocks: Iterable<Block> | AsyncIterable<Block>;
}

/** Options of `writeCarFile`. */
export interface CarFileOptions {
  /** Compressed with Zstandard, in frames of some 16 MiB that begin with a block of the CAR. Default: false. */
  readonly zstd?: boolean;
  /** Ends the writing; no file is left. */
  readonly signal?: AbortSignal;
}

const OPTIONS: Checks<CarFileOptions> = { zstd: optional(isFlag), signal: optional(isSignal) };

/** A CAR (version 1) of these blocks, in this order. */
export function writeCar({ roots, blocks }: Car): Uint8Array {
  return joinBytes([...headerSection(roots), ...blocks.flatMap((block) => [...blockSection(block)])]);
}

/**
 * As `writeCar`, in pieces, which are made when they are asked for: for `Readable.from` and other streams.
 * Throws `FvmError` INVALID_CID, INVALID_OPTION for a block that is none, and what the source throws.
 */
export async function* carPieces({ roots, blocks }: CarSource): AsyncGenerator<Uint8Array> {
  let waiting = [...headerSection(roots)];
  let length = 0;
  for await (const block of blocks) {
    for (const part of checkedSection(block)) {
      waiting.push(part);
      length += part.length;
    }
    if (length < PIECE_BYTES) continue;
    yield joinBytes(waiting);
    waiting = [];
    length = 0;
  }
  yield joinBytes(waiting);
}

/**
 * Writes a CAR (version 1) to a file, which is there once it is whole, in place of one that was there before.
 * Throws as `carPieces`, `FvmError` INVALID_OPTION, `HostFault` STORE_FULL if the disk is, the file system's other errors,
 * and the signal's reason.
 */
export async function writeCarFile(
  path: string,
  car: CarSource,
  options: CarFileOptions = {},
): Promise<void> {
  checkOption("path", path, isText);
  checkOption("car", car, isObject);
  const { zstd = false, signal } = checkedOptionsOnly(options, OPTIONS);
  const unfinished = `${path}.unfinished`;
  try {
    const pieces = zstd ? zstdFrames(carPieces(car)) : carPieces(car);
    const source = Readable.from(pieces, { objectMode: false });
    await pipeline([source, createWriteStream(unfinished)], signal === undefined ? {} : { signal });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (signal?.aborted === true) throw signal.reason;
    throw isDiskFull(error) ? fullDisk(path, error) : error;
  }
}

function fullDisk(file: string, cause: unknown): HostFault {
  return new HostFault("STORE_FULL", { store: file, reason: "no room is left on the disk" }, { cause });
}

function checkedSection({ cid, data }: Block): Iterable<Uint8Array> {
  checkCid(cid);
  const bytes = asBytes(data);
  if (bytes !== undefined) return blockSection({ cid, data: bytes });
  throw new FvmError("INVALID_OPTION", { option: "blocks", reason: `${kindOf(data)} is not bytes` });
}
