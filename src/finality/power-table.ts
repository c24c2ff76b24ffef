import type { Cid } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { type CborReader, type CborWriter, type Codec, decodeCbor, encodeCbor } from "../ipld/cbor.js";
import { bigIntegerFromBytes, fitsToken, writeToken } from "../message/token.js";
import { native } from "../native/index.js";
import { bytesEqual } from "../util/bytes.js";
import { is, isArray, isBytes, isU64 } from "../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../util/options.js";
import type { U64 } from "../util/u64.js";
import type { ActorId } from "../vm/state-tree/actor-state.js";

/** Who takes part in F3's decisions. */
export interface PowerEntry {
  /** A miner. */
  readonly participant: ActorId;
  /** Quality-adjusted power, bytes. Positive in tables that can be used. */
  readonly power: bigint;
  /** Key of BLS signatures; its form is looked at when signatures are. */
  readonly key: Uint8Array;
}

/**
 * Participants with their power, in the order that certificates' signers refer to: by descending power, then by
 * ascending ID.
 */
export type PowerTable = readonly PowerEntry[];

/** A change of one participant. */
export interface PowerDelta {
  readonly participant: ActorId;
  /** Added to the power, bytes; who has none left is removed. */
  readonly power: bigint;
  /** No bytes: the key stays. */
  readonly key: Uint8Array;
}

/** Bytes that a key may have. Source: go-f3 gpbft, `PubKey`. */
const MAX_KEY_BYTES = 48;
/** Items of lists. Source: cbor-gen, `MaxLength`. */
const MAX_ITEMS = 8192;

/** Participant, power or its change, key: a table's entry and a delta alike. */
const entryCodec: Codec<PowerEntry> = {
  encode({ participant, power, key }, writer) {
    writeToken(writer.array(3).u64(participant), power);
    writer.bytes(key);
  },
  decode(reader) {
    reader.tuple(3);
    const participant = reader.u64();
    const power = readPower(reader);
    const key = reader.bytes();
    if (key.length > MAX_KEY_BYTES) reader.fail(`key of ${key.length} bytes`);
    return { participant, power, key: key.slice() };
  },
};

/** In its only form: no zero in front, no sign of nothing. */
function readPower(reader: CborReader): bigint {
  const bytes = reader.bytes();
  if (bytes.length > 0 && (bytes[1] ?? 0) === 0) reader.fail("power with zeros in front");
  return bigIntegerFromBytes(bytes);
}

/** A power table; deltas of one have the same form. */
export const powerTableCodec: Codec<PowerTable> = {
  encode(table, writer: CborWriter) {
    writer.array(table.length);
    for (const entry of table) entryCodec.encode(entry, writer);
  },
  decode(reader) {
    const length = reader.array();
    if (length > MAX_ITEMS) reader.fail(`${length} participants`);
    return Array.from({ length }, () => entryCodec.decode(reader));
  },
};

/** A power table's block. */
export function encodePowerTable(table: PowerTable): Uint8Array {
  return encodeCbor(powerTableCodec, checkedTable(table));
}

/** Reads a power table's block. Throws `FvmError` INVALID_CBOR, INVALID_BIG_INTEGER, INVALID_OPTION. */
export function decodePowerTable(data: Uint8Array): PowerTable {
  checkOption("data", data, isBytes);
  return decodeCbor(powerTableCodec, new Uint8Array(data), { canonical: true });
}

/** The CID of a power table, by which certificates and tipsets name it. */
export function powerTableCid(table: PowerTable): Cid {
  return cidOfTable(checkedTable(table));
}

/** As `powerTableCid`, of a table that has been checked. */
export function cidOfTable(table: PowerTable): Cid {
  return native.cidOf(DAG_CBOR, encodeCbor(powerTableCodec, table));
}

const ENTRY: Checks<PowerEntry> = {
  participant: isU64,
  power: is((value) => typeof value === "bigint" && fitsToken(value), "a bigint of at most 127 bytes"),
  key: isBytes,
};

/** A copy of a table that a caller gives. Throws `FvmError` INVALID_OPTION. */
export function checkedTable(table: PowerTable): PowerTable {
  checkOption("table", table, isArray);
  return table.map((entry, i) => {
    const { participant, power, key } = checkedOptions(entry, ENTRY, `table[${i}]`);
    return { participant, power, key: new Uint8Array(key) };
  });
}

/** In the order of tables. */
export function inTableOrder(entries: Iterable<PowerEntry>): PowerTable {
  return [...entries].sort((a, b) =>
    a.power === b.power ? (a.participant < b.participant ? -1 : 1) : a.power > b.power ? -1 : 1,
  );
}

/** The table after changes, or why they are none that a certificate may have. Source: go-f3 certs/certs.go. */
export function changedTable(table: PowerTable, deltas: readonly PowerDelta[]): PowerTable | string {
  const entries = new Map(table.map((entry) => [entry.participant, entry]));
  let last: U64 | undefined;
  for (const delta of deltas) {
    const { participant } = delta;
    if (last !== undefined && participant <= last) return `participant ${participant} comes after ${last}`;
    last = participant;
    const changed = changedEntry(entries.get(participant), delta);
    if (typeof changed === "string") return `participant ${participant} ${changed}`;
    if (changed.power === 0n) entries.delete(participant);
    else entries.set(participant, changed);
  }
  return inTableOrder(entries.values());
}

function changedEntry(entry: PowerEntry | undefined, delta: PowerDelta): PowerEntry | string {
  const hasKey = delta.key.length > 0;
  if (delta.power === 0n && !hasKey) return "does not change";
  if (entry === undefined) {
    if (delta.power <= 0n) return "is new and has no power";
    return hasKey ? delta : "is new and has no key";
  }
  if (bytesEqual(delta.key, entry.key)) return "gets the key that it has";
  const power = entry.power + delta.power;
  if (power < 0n) return "has power below 0";
  if (power === 0n && hasKey) return "loses all power and gets a key";
  return { ...entry, power, key: hasKey ? delta.key : entry.key };
}
