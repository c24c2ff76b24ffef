import { cidText } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { anything, isArray, isBytes, isText, isU64, optional } from "../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../util/options.js";
import { type U64, u64 } from "../util/u64.js";
import { type Certificate, readCertificate, signingBytes } from "./certificate.js";
import { changedTable, checkedTable, cidOfTable, type PowerTable } from "./power-table.js";
import { quorumFault, scaledPower, signersOf } from "./quorum.js";
import { isSignedBy, multiplesOf } from "./signature.js";
import { type FinalityTipset, sameTipset } from "./tipset.js";

/** Why a certificate is refused, in the order in which it is checked. */
export type CertificateFault =
  /** Bytes that are no certificate. */
  | "encoding"
  /** More bytes than the certificate's. */
  | "trailing-bytes"
  /** Another instance than the next one. */
  | "instance"
  /** Tipsets without key, or epochs that do not ascend. */
  | "chain"
  | "empty-chain"
  /** A chain that does not begin where the last one ended. */
  | "base"
  /** A participant without power. */
  | "power"
  /** A signer who is not in the table, or has no power after scaling. */
  | "signer"
  | "quorum"
  /** A key of the table that is none, whoever has signed. */
  | "key"
  | "signature"
  /** Changes of the table that are not allowed. */
  | "delta"
  /** Another table after the changes than the one that was signed. */
  | "power-table";

/** Where F3 stands: what the next certificate is checked with. */
export interface FinalityState {
  /** F3's name of the network, such as `filecoin`. */
  readonly network: string;
  readonly nextInstance: U64;
  /** The table that the next certificate is checked with. */
  readonly table: PowerTable;
  /** The last final tipset; undefined: the first certificate may begin anywhere. */
  readonly base?: FinalityTipset | undefined;
}

/** Outcome of certificates that were all accepted. */
export interface VerifiedCertificates extends FinalityState {
  /** Tipsets that have become final, in order. */
  readonly finalized: readonly FinalityTipset[];
}

const STATE: Checks<FinalityState> = {
  network: isText,
  nextInstance: isU64,
  table: isArray,
  base: optional(anything),
};
/** Bytes that the CID of a power table may have. Source: go-f3 gpbft, `CidMaxLen`. */
const MAX_CID_BYTES = 38;

/** Follows the certificates of a network, one after the other. */
export class CertificateChain {
  #state: FinalityState;

  /**
   * @param trusted where to begin: what it says is believed
   * @throws FvmError INVALID_OPTION
   */
  constructor(trusted: FinalityState) {
    const { network, nextInstance, table, base } = checkedOptions(trusted, STATE, "trusted");
    this.#state = { network, nextInstance: u64(nextInstance), table: checkedTable(table), base };
  }

  /** State after the certificates that have been accepted. */
  get state(): FinalityState {
    return this.#state;
  }

  /**
   * Accepts the next certificate and returns the tipsets that it makes final, in order. One that is refused changes
   * nothing. Source: go-f3 certs/certs.go, `ValidateFinalityCertificates`.
   *
   * @throws FvmError INVALID_CERTIFICATE, INVALID_OPTION
   */
  append(certificate: Uint8Array): readonly FinalityTipset[] {
    checkOption("certificate", certificate, isBytes);
    const { network, nextInstance, table, base } = this.#state;
    const refuse = (reason: CertificateFault, text: string, cause?: unknown) =>
      new FvmError("INVALID_CERTIFICATE", { instance: nextInstance, reason, text }, { cause });
    const read = decoded(certificate);
    if ("cause" in read) throw refuse("encoding", "it is no certificate", read.cause);
    if (read.end < certificate.length) throw refuse("trailing-bytes", "bytes follow it");
    const fault =
      chainFault(read.certificate, nextInstance, base) ?? signatureFault(read.certificate, network, table);
    if (fault !== undefined) throw refuse(...fault);
    const { chain, supplementalData, powerTableDelta } = read.certificate;
    const next = changedTable(table, powerTableDelta);
    if (typeof next === "string") throw refuse("delta", next);
    const cid = cidOfTable(next);
    if (cid !== supplementalData.powerTable) {
      const signed = cidText(supplementalData.powerTable);
      throw refuse("power-table", `signed is ${signed}, and its changes lead to ${cidText(cid)}`);
    }
    this.#state = { network, nextInstance: u64(BigInt(nextInstance) + 1n), table: next, base: chain.at(-1) };
    return chain.slice(1);
  }
}

/**
 * Checks certificates that follow each other. An error's `instance` says which was refused; what had become final before
 * it, `CertificateChain` tells.
 *
 * @throws FvmError INVALID_CERTIFICATE, INVALID_OPTION
 */
export function verifyCertificates(
  trusted: FinalityState,
  certificates: readonly Uint8Array[],
): VerifiedCertificates {
  checkOption("certificates", certificates, isArray);
  const chain = new CertificateChain(trusted);
  const finalized = certificates.flatMap((certificate) => chain.append(certificate));
  return { ...chain.state, finalized };
}

function decoded(data: Uint8Array): ReturnType<typeof readCertificate> | { readonly cause: FvmError } {
  try {
    return readCertificate(data);
  } catch (cause) {
    if (cause instanceof FvmError) return { cause };
    throw cause;
  }
}

type Fault = readonly [reason: CertificateFault, text: string];

function chainFault(
  { instance, chain }: Certificate,
  nextInstance: U64,
  base: FinalityTipset | undefined,
): Fault | undefined {
  if (instance !== nextInstance) return ["instance", `it is of instance ${instance}`];
  for (const [i, { epoch, key, powerTable }] of chain.entries()) {
    if (key.length === 0) return ["chain", `tipset ${i} has no key`];
    if (epoch <= (chain[i - 1]?.epoch ?? -1)) return ["chain", `tipset ${i} is of epoch ${epoch}`];
    if (powerTable.length > MAX_CID_BYTES) return ["chain", `tipset ${i} has a long CID of its power table`];
  }
  const [first] = chain;
  if (first === undefined) return ["empty-chain", "it has no tipset"];
  if (base !== undefined && !sameTipset(base, first)) {
    return ["base", `it begins with another tipset than the last final one, of epoch ${base.epoch}`];
  }
  return undefined;
}

function signatureFault(certificate: Certificate, network: string, table: PowerTable): Fault | undefined {
  const power = scaledPower(table);
  if (typeof power === "string") return ["power", power];
  const signers = signersOf(certificate.signers, power);
  if (typeof signers === "string") return ["signer", signers];
  const missing = quorumFault(signers, power);
  if (missing !== undefined) return ["quorum", missing];
  const multiples = multiplesOf(table);
  if (typeof multiples === "string") return ["key", multiples];
  const text = signingBytes(network, certificate);
  if (isSignedBy(signers, multiples, text, certificate.signature)) return undefined;
  return ["signature", `${signers.length} participants have not signed it`];
}
