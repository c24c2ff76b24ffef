import { readFileSync } from "node:fs";
import { type Cid, cidCodec, cidText } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import { type Car, readCar } from "../../ipld/car/car.js";
import { CborReader } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";

/** Builtin actors: their manifest and their code, as they are released. */
export interface Bundle {
  readonly file: string;
  /** The CAR's root. */
  readonly manifest: Cid;
  readonly blocks: ReadonlyMap<Cid, Uint8Array>;
}

/**
 * Reads a bundle. The machine checks each block's hash when it loads it; `checkBundle` checks all.
 *
 * @param pinned the manifest that it must have
 * @throws FvmError INVALID_BUNDLE
 */
export function openBundle(file: string, pinned?: Cid): Bundle {
  const { roots, blocks } = readBundleCar(file);
  const [manifest] = roots;
  if (manifest === undefined || roots.length !== 1) throw invalid(file, `a CAR with ${roots.length} roots`);
  if (pinned !== undefined && manifest !== pinned) {
    throw invalid(file, `its manifest is ${cidText(manifest)}, not ${cidText(pinned)}`);
  }
  return { file, manifest, blocks: new Map(blocks.map(({ cid, data }) => [cid, data])) };
}

/** Checks that the bundle is whole: each block's hash, and that no actor lacks. Throws `FvmError` INVALID_BUNDLE. */
export function checkBundle(bundle: Bundle): void {
  for (const [cid, data] of bundle.blocks) {
    if (native.cidOf(Number(cidCodec(cid)), data) !== cid) {
      throw invalid(bundle.file, `wrong bytes in block ${cidText(cid)}`);
    }
  }
  for (const { code } of actorsOf(bundle)) blockOf(bundle, code);
}

/** The manifest's actors. Throws `FvmError` INVALID_BUNDLE. */
export function actorsOf(bundle: Bundle): { readonly name: string; readonly code: Cid }[] {
  const manifest = new CborReader(blockOf(bundle, bundle.manifest));
  manifest.tuple(2);
  manifest.u64();
  const actors = new CborReader(blockOf(bundle, manifest.cid()));
  return Array.from({ length: actors.array() }, () => {
    actors.tuple(2);
    return { name: actors.text(), code: actors.cid() };
  });
}

/** Throws `FvmError` INVALID_BUNDLE if the bundle lacks the block. */
export function blockOf({ file, blocks }: Bundle, cid: Cid): Uint8Array {
  const data = blocks.get(cid);
  if (data === undefined) throw invalid(file, `block ${cidText(cid)} is not in it`);
  return data;
}

function readBundleCar(file: string): Car {
  try {
    return readCar(readFileSync(file));
  } catch (cause) {
    if (isFvmError(cause, "INVALID_CAR") || isDirectoryError(cause)) {
      throw new FvmError("INVALID_BUNDLE", { file, reason: cause.message }, { cause });
    }
    throw cause;
  }
}

/** Node's error of a folder that was read does not name it. */
function isDirectoryError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "EISDIR";
}

function invalid(file: string, reason: string): FvmError<"INVALID_BUNDLE"> {
  return new FvmError("INVALID_BUNDLE", { file, reason });
}
