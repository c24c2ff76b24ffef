import { FvmError } from "../errors.js";
import { native } from "../native/index.js";
import { bytesEqual } from "../util/bytes.js";
import { type Certificate, encodeCertificate, signingBytes } from "./certificate.js";
import type { PowerTable } from "./power-table.js";
import { keyFactors } from "./signature.js";

/** Order of the groups of BLS12-381. */
const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const SECRET_BYTES = 32;

/** A certificate without signatures. */
export interface UnsignedCertificate extends Omit<Certificate, "signers" | "signature"> {}

/**
 * Signs a certificate as all these participants together would: for networks to test with, whose keys one process has.
 *
 * @param table that the certificate will be checked with
 * @param secrets by place in the table: 32 bytes, the low one first; undefined: the participant does not sign
 * @returns the certificate's bytes
 * @throws FvmError INVALID_OPTION if nobody signs, or a secret is not that of the table's key
 */
export function signCertificate(
  network: string,
  table: PowerTable,
  certificate: UnsignedCertificate,
  secrets: readonly (Uint8Array | undefined)[],
): Uint8Array {
  const factors = keyFactors(table.map(({ key }) => key));
  const signers = table.flatMap(({ key }, place) => {
    const secret = secrets[place];
    if (secret === undefined) return [];
    if (!bytesEqual(native.blsPublicKey(secret) ?? new Uint8Array(), key)) throw notTheKey(place);
    return [{ place, secret }];
  });
  if (signers.length === 0)
    throw new FvmError("INVALID_OPTION", { option: "secrets", reason: "nobody signs" });
  // The factors' sum of signatures is the signature of the secrets' sum.
  const sum = signers.reduce(
    (sum, { place, secret }) => (sum + (factors[place] as bigint) * littleEndian(secret)) % ORDER,
    0n,
  );
  const signature = native.blsSign(secretBytes(sum), signingBytes(network, certificate));
  if (signature === undefined)
    throw new FvmError("INVALID_OPTION", { option: "secrets", reason: "their sum is 0" });
  const ranges = signers.map(({ place }) => [place, place] as const);
  return encodeCertificate({ ...certificate, signers: ranges, signature });
}

function notTheKey(place: number): FvmError {
  return new FvmError("INVALID_OPTION", {
    option: `secrets[${place}]`,
    reason: "its key is not the one of the table",
  });
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function secretBytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: SECRET_BYTES }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}
