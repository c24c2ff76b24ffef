import { SHA2_256 } from "../../encoding/codecs.js";
import { native } from "../../native/index.js";
import { bytesEqual, concatBytes } from "../../util/bytes.js";
import { isBytes, isObject, isU64 } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import type { Beacon, DrandBeacon } from "../networks/beacons.js";
import type { BeaconEntry } from "../types/header.js";
import type { CheckKind, SignatureCheck } from "./check.js";

/** Kind of a drand network's checks, and bytes of its signatures. */
const SCHEMES: Readonly<Record<"chained" | "unchained", readonly [kind: CheckKind, bytes: number]>> = {
  chained: ["bls", 96],
  unchained: ["blsInG1", 48],
};

/** See `SignatureBatch.addBeaconEntry`. */
export function beaconCheck(entry: BeaconEntry, previous: Uint8Array, beacon: Beacon): SignatureCheck {
  checkOption("entry", entry, isObject);
  const { round, data } = entry;
  checkOption("entry.round", round, isU64);
  checkOption("entry.data", data, isBytes);
  checkOption("previous", previous, isBytes);
  checkOption("beacon", beacon, isObject);
  if (beacon.kind === "mock") return bytesEqual(data, mockEntry(round).data);
  const [kind, length] = SCHEMES[beacon.isChained ? "chained" : "unchained"];
  if (data.length !== length) return false;
  return { kind, signature: data, keys: [beacon.publicKey], texts: [drandBytes(round, previous, beacon)] };
}

/** An entry of the mock beacon. Throws `FvmError` INVALID_OPTION. */
export function mockEntry(round: U64): BeaconEntry {
  checkOption("round", round, isU64);
  return { round, data: native.blake2b(roundBytes(round), 32) };
}

/** Bytes that a drand network signs in a round. */
export function drandBytes(round: U64, previous: Uint8Array, { isChained }: DrandBeacon): Uint8Array {
  const signed = isChained ? concatBytes(previous, roundBytes(round)) : roundBytes(round);
  return native.hash(SHA2_256, signed) as Uint8Array;
}

function roundBytes(round: U64): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(round));
  return bytes;
}
