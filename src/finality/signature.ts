/**
 * Aggregates of signatures in which each key counts with a factor (BDN), as go-f3 makes and checks them. Source: drand
 * kyber sign/bdn.
 */
import { BLAKE2Xs } from "@stablelib/blake2xs";
import type { Cid } from "../encoding/cid.js";
import { native } from "../native/index.js";
import { BoundedMap } from "../util/bounded-map.js";
import { joinBytes } from "../util/bytes.js";
import { cidOfTable, type PowerTable } from "./power-table.js";

const KEY_BYTES = 48;
const SIGNATURE_BYTES = 96;
const POINT_BYTES = 96;
/** Bytes of a factor before 1 is added to it, and after. */
const COEFFICIENT_BYTES = 16;
const FACTOR_BYTES = 17;
/** Tables whose multiples are kept, at least: 96 bytes for each participant. */
const KEPT_TABLES = 8;

/** The multiples of a table's keys; a text says which key is none. */
const known = new BoundedMap<Cid, Uint8Array | string>(KEPT_TABLES);

/**
 * Multiples of all keys of a table, each by its own factor: points of 96 bytes, in the table's order. A text says which
 * key is none. They take a scalar multiplication for each participant, so they are kept.
 */
export function multiplesOf(table: PowerTable): Uint8Array | string {
  const cid = cidOfTable(table);
  let multiples = known.get(cid);
  if (multiples === undefined) {
    multiples = makeMultiples(table);
    known.set(cid, multiples);
  }
  return multiples;
}

function makeMultiples(table: PowerTable): Uint8Array | string {
  const short = table.find(({ key }) => key.length !== KEY_BYTES);
  if (short !== undefined) return `the key of participant ${short.participant} has ${short.key.length} bytes`;
  const keys = table.map(({ key }) => key);
  const made = native.blsMultiples(joinBytes(keys), joinBytes(keyFactors(keys).map(factorBytes)));
  return typeof made === "number" ? `the key of participant ${table[made]?.participant} is none` : made;
}

/** The factor of each key, from 1 to 2^128: a hash of all keys in their order. */
export function keyFactors(keys: readonly Uint8Array[]): bigint[] {
  const hash = new BLAKE2Xs();
  for (const key of keys) hash.update(key);
  return keys.map(() => {
    const bytes = new Uint8Array(COEFFICIENT_BYTES);
    hash.stream(bytes);
    return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + 1n;
  });
}

function factorBytes(factor: bigint): Uint8Array {
  return Uint8Array.from({ length: FACTOR_BYTES }, (_, i) => Number((factor >> BigInt(8 * i)) & 0xffn));
}

/** Whether these of a table's participants have signed. */
export function isSignedBy(
  signers: readonly number[],
  multiples: Uint8Array,
  text: Uint8Array,
  signature: Uint8Array,
): boolean {
  // go-f3 reads the first 96 bytes of more.
  if (signature.length !== SIGNATURE_BYTES) return false;
  const points = signers.map((place) => multiples.subarray(place * POINT_BYTES, (place + 1) * POINT_BYTES));
  return native.verifyBlsSum(signature, joinBytes(points), text);
}
