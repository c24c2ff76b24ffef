import { createReadStream } from "node:fs";
import { cidText } from "../../encoding/cid.js";
import { isFvmError } from "../../errors.js";
import { streamCar } from "../../ipld/car/stream.js";
import type { BundleFile } from "./folders.js";
import { identifyBundle } from "./pins.js";

export interface BundleDescription {
  readonly file: string;
  readonly version: number;
  /** Bytes. */
  readonly size: number;
  /** CID of the manifest; empty if the file is no CAR. */
  readonly manifest: string;
  /** `released`: the table has this manifest; `unknown`: it has not; `broken`: no CAR. */
  readonly pin: "released" | "unknown" | "broken";
}

/** The kind of a bundle file, by its first bytes. Nothing else of it is read or checked. */
export async function describeBundle({ path, version, size }: BundleFile): Promise<BundleDescription> {
  const common = { file: path, version, size };
  try {
    const { roots } = await streamCar(createReadStream(path, { end: 4095 }));
    const manifest = roots[0] === undefined ? "" : cidText(roots[0]);
    return { ...common, manifest, pin: identifyBundle(manifest) === undefined ? "unknown" : "released" };
  } catch (error) {
    if (isFvmError(error, "INVALID_CAR")) return { ...common, manifest: "", pin: "broken" };
    throw error;
  }
}
