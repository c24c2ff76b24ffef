import { SHA2_256 } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { native } from "../../native/index.js";
import { concatBytes, hex, hexBytes } from "../../util/bytes.js";
import { type Check, is, isCount, isText, oneOf, within } from "../../util/check.js";
import type { DrandBeacon } from "./beacons.js";

/** A drand network as its nodes describe it at `/info`: JSON. Source: drand's common/chain/convert.go. */
export interface DrandInfo {
  /** In hex, as all bytes here. */
  readonly public_key: string;
  /** Seconds between rounds. */
  readonly period: number;
  /** When round 1 is: seconds since 1970. */
  readonly genesis_time: number;
  readonly hash: string;
  readonly groupHash: string;
  readonly schemeID: string;
  readonly metadata: { readonly beaconID: string };
}

/** Names that drand has for whether entries sign the ones before. */
const CHAINED = "pedersen-bls-chained";
const UNCHAINED = "bls-unchained-g1-rfc9380";
const KEY_BYTES = { [CHAINED]: 48, [UNCHAINED]: 96 } as const;
const DIGEST_BYTES = 32;
/** The ID of a network that has none: it is not in the hash. */
const DEFAULT_ID = "default";

/** Facts of a network from which its hash follows. */
export type DrandFacts = Omit<DrandBeacon, "kind" | "hash">;

/** The network with its hash. Source: drand's common/chain/info.go, `Info.Hash`. */
export function drandBeacon(facts: DrandFacts): DrandBeacon {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(facts.period);
  numbers.writeBigInt64BE(BigInt(facts.genesis), 4);
  const id = facts.name === DEFAULT_ID ? "" : facts.name;
  const hashed = concatBytes(numbers, facts.publicKey, facts.groupHash, Buffer.from(id));
  return { kind: "drand", ...facts, hash: native.hash(SHA2_256, hashed) as Uint8Array };
}

/** A network as drand's nodes describe it. */
export function drandInfo(beacon: DrandBeacon): DrandInfo {
  const { publicKey, period, genesis, hash, groupHash, isChained, name } = beacon;
  return {
    public_key: hex(publicKey),
    period,
    genesis_time: genesis,
    hash: hex(hash),
    groupHash: hex(groupHash),
    schemeID: isChained ? CHAINED : UNCHAINED,
    metadata: { beaconID: name },
  };
}

/** Access to the fields of an object: `value` throws if one is not what it must be. */
interface InfoFields {
  value<T>(name: string, check: Check, fallback?: T): T;
  object(name: string): InfoFields;
  has(name: string): boolean;
}

/** A network from its description. Throws what the fields throw; `FvmError` INVALID_NETWORK for another hash. */
export function readDrandInfo(info: InfoFields, path: string): DrandBeacon {
  const scheme = info.value<keyof typeof KEY_BYTES>("schemeID", oneOf(...Object.keys(KEY_BYTES)), CHAINED);
  const beacon = drandBeacon({
    name: info.has("metadata") ? info.object("metadata").value("beaconID", isText) : DEFAULT_ID,
    isChained: scheme === CHAINED,
    period: info.value("period", within(1, 2 ** 31, "seconds")),
    genesis: info.value("genesis_time", isCount),
    publicKey: hexBytes(info.value("public_key", hexOf(KEY_BYTES[scheme]))),
    groupHash: hexBytes(info.value("groupHash", hexOf(DIGEST_BYTES))),
  });
  const said = info.value<string>("hash", hexOf(DIGEST_BYTES));
  if (said === hex(beacon.hash)) return beacon;
  const reason = `${said}, and that of the other fields is ${hex(beacon.hash)}`;
  throw new FvmError("INVALID_NETWORK", { field: `${path}.hash`, reason });
}

function hexOf(bytes: number): Check {
  return is(
    (value) => typeof value === "string" && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value),
    `${bytes} bytes in lower-case hex`,
  );
}
