import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { encodeCertificate, readCertificate } from "../../finality/certificate.js";
import { certificatesFromJson, powerTableFromJson } from "../../finality/json.js";
import { FINALITY_NETWORKS, type FinalityNetwork } from "../../finality/networks.js";
import { decodePowerTable, type PowerTable, powerTableCid } from "../../finality/power-table.js";
import { openSnapshotFinality } from "../../finality/snapshot.js";
import type { FinalityState } from "../../finality/verify.js";
import { Major } from "../../ipld/cbor.js";
import type { U64 } from "../../util/u64.js";
import { checkExistingFile } from "../existing-file.js";
import { countValue } from "../input/values.js";
import { UsageError } from "../usage-error.js";

/** Options that say whose finality is trusted. */
export interface FinalityValues {
  readonly network: string | undefined;
  readonly table: string | undefined;
  readonly "table-cid": string | undefined;
  readonly instance: string | undefined;
}

/** Certificates of a file, and what is said with them. */
interface CertificateFile {
  readonly certificates: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly firstInstance?: U64;
  readonly table?: PowerTable;
}

/** Certificates, and what the first one is to be checked with. */
export interface FinalityInput {
  readonly trusted: FinalityState;
  readonly certificates: CertificateFile["certificates"];
}

/**
 * Opens a file of certificates and the trusted table.
 *
 * @throws UsageError; FvmError INVALID_JSON, INVALID_CBOR, INVALID_CID; as `openSnapshotFinality`
 */
export async function openFinality(
  values: FinalityValues,
  file: string,
  command: string,
): Promise<FinalityInput> {
  const root = networkOf(values, command);
  checkExistingFile("FILE", file, command);
  const { certificates, ...said } = await readCertificates(file, command);
  return { trusted: trustedState(values, root, said, command), certificates };
}

/** The state that the command line says to trust. Throws as `openFinality`. */
export function trustedFinality(values: FinalityValues, command: string): FinalityState {
  return trustedState(values, networkOf(values, command), {}, command);
}

function trustedState(
  values: FinalityValues,
  root: Partial<FinalityNetwork> & { name: string },
  { firstInstance, table: theirs }: Omit<CertificateFile, "certificates">,
  command: string,
): FinalityState {
  const nextInstance =
    values.instance === undefined
      ? (firstInstance ?? root.firstInstance ?? 0)
      : countValue("instance", values.instance, command);
  return {
    network: root.name,
    nextInstance,
    table: trustedTable(values, { root, nextInstance, theirs }, command),
  };
}

function networkOf(
  { network }: FinalityValues,
  command: string,
): Partial<FinalityNetwork> & { name: string } {
  if (network === undefined) throw new UsageError("--network NAME is missing", command);
  const known: Readonly<Record<string, FinalityNetwork>> = FINALITY_NETWORKS;
  return Object.hasOwn(known, network) ? (known[network] as FinalityNetwork) : { name: network };
}

interface TableSetting {
  readonly root: Partial<FinalityNetwork>;
  readonly nextInstance: U64;
  /** The table that the certificates came with. */
  readonly theirs: PowerTable | undefined;
}

function trustedTable(
  { table: file, "table-cid": cid }: FinalityValues,
  { root, nextInstance, theirs }: TableSetting,
  command: string,
): PowerTable {
  const first = root.firstInstance === nextInstance ? root.firstPowerTable : undefined;
  const expected = cid === undefined ? first : parseCid(cid);
  if (file === undefined && theirs === undefined) throw new UsageError("--table FILE is missing", command);
  if (file === undefined && expected === undefined) {
    throw new UsageError(
      "--table-cid CID is missing: nothing says that the snapshot's table is right",
      command,
    );
  }
  const table = file === undefined ? (theirs as PowerTable) : readTable(file, command);
  checkTable(table, expected, command);
  return table;
}

function checkTable(table: PowerTable, expected: Cid | undefined, command: string): void {
  const found = powerTableCid(table);
  if (expected === undefined || found === expected) return;
  throw new UsageError(`the power table is ${cidText(found)}, not ${cidText(expected)}`, command);
}

function readTable(file: string, command: string): PowerTable {
  checkExistingFile("--table", file, command);
  const bytes = readFileSync(file);
  return isCborArray(bytes) ? decodePowerTable(bytes) : powerTableFromJson(bytes.toString());
}

async function readCertificates(file: string, command: string): Promise<CertificateFile> {
  const begin = firstByte(file);
  if (isCborArray(begin)) return { certificates: oneByOne(readFileSync(file)) };
  if (/^[\s[{]/.test(begin.toString("latin1"))) {
    return { certificates: certificatesFromJson(readFileSync(file, "utf8")).map(encodeCertificate) };
  }
  const found = await openSnapshotFinality(file);
  if (found === undefined) throw new UsageError(`${file} has no certificates of F3`, command);
  return found;
}

function firstByte(file: string): Buffer {
  const begin = Buffer.alloc(1);
  const handle = openSync(file, "r");
  try {
    return begin.subarray(0, readSync(handle, begin));
  } finally {
    closeSync(handle);
  }
}

/** Certificates, one CBOR item each; whoever checks them finds out that one is none. */
function* oneByOne(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at);
    const length = lengthOfNext(rest);
    yield rest.subarray(0, length);
    at += length;
  }
}

function lengthOfNext(bytes: Uint8Array): number {
  try {
    return readCertificate(bytes).end;
  } catch {
    return bytes.length;
  }
}

function isCborArray(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >> 5 === Major.ARRAY;
}
