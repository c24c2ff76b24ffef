import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { decodeCbor } from "../../ipld/cbor.js";
import { Major } from "../../ipld/cbor-reader.js";
import { type SnapshotMetadata, snapshotMetadataCodec } from "../types/snapshot-metadata.js";

const KNOWN_VERSION = 2;

/**
 * The metadata of a snapshot of version 2; undefined if a block is none: those of version 1 have headers for roots.
 *
 * @throws FvmError INVALID_SNAPSHOT
 */
export function headOfSnapshot(
  roots: readonly Cid[],
  cid: Cid,
  data: Uint8Array,
): SnapshotMetadata | undefined {
  // A header is an array.
  const isMetadata = roots.length === 1 && roots[0] === cid && (data[0] ?? 0) >> 5 === Major.MAP;
  if (!isMetadata) return undefined;
  const metadata = readMetadata(data);
  if (metadata.version === KNOWN_VERSION) return metadata;
  throw new FvmError("INVALID_SNAPSHOT", { reason: `snapshot version ${metadata.version}` });
}

/** CIDs of the head's headers. Throws `FvmError` INVALID_SNAPSHOT. */
export function headKey(roots: readonly Cid[], get: (cid: Cid) => Uint8Array | undefined): readonly Cid[] {
  const [first] = roots;
  if (first === undefined)
    throw new FvmError("INVALID_SNAPSHOT", { reason: "no head: the CAR has no roots" });
  const data = get(first);
  if (data === undefined) {
    throw new FvmError("INVALID_SNAPSHOT", { reason: `the CAR lacks its root ${cidText(first)}` });
  }
  const key = headOfSnapshot(roots, first, data)?.headTipsetKey ?? roots;
  if (key.length > 0) return key;
  throw new FvmError("INVALID_SNAPSHOT", { reason: "no head: its metadata name no headers" });
}

function readMetadata(data: Uint8Array): SnapshotMetadata {
  try {
    return decodeCbor(snapshotMetadataCodec, data);
  } catch (cause) {
    throw new FvmError("INVALID_SNAPSHOT", { reason: "malformed metadata" }, { cause });
  }
}
