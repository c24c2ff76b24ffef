/**
 * Proofs for those who do not follow the chain, of what is final and of a final state: certificates of F3 (fast
 * finality), and bundles of claims that follow from them.
 *
 * @module fvm-node/proofs
 */
export {
  type Certificate,
  decodeCertificate,
  encodeCertificate,
  type SupplementalData,
  signingBytes,
} from "../finality/certificate.js";
export { certificateJson, certificatesFromJson, powerTableFromJson } from "../finality/json.js";
export { FINALITY_NETWORKS, type FinalityNetwork } from "../finality/networks.js";
export {
  decodePowerTable,
  encodePowerTable,
  type PowerDelta,
  type PowerEntry,
  type PowerTable,
  powerTableCid,
} from "../finality/power-table.js";
export { signCertificate, type UnsignedCertificate } from "../finality/sign.js";
export { openSnapshotFinality, type SnapshotFinality } from "../finality/snapshot.js";
export { powerTableOf, type TableRules } from "../finality/state-table.js";
export { type FinalityTipset, tipsetHeaders } from "../finality/tipset.js";
export {
  CertificateChain,
  type CertificateFault,
  type FinalityState,
  type VerifiedCertificates,
  verifyCertificates,
} from "../finality/verify.js";
export { type Bundle, decodeBundle, encodeBundle } from "./bundle.js";
export type {
  ActorClaim,
  Claim,
  ClaimKind,
  ClaimQuestion,
  EventClaim,
  ExecutionClaim,
  MessageClaim,
  ReceiptClaim,
  StorageClaim,
} from "./claims.js";
export type { ProofLink } from "./link.js";
export { type ProofSource, proveClaims } from "./prove.js";
export type { ClaimFault, ClaimVerdict, VerifiedBundle } from "./verify.js";
export { type VerifyBundleOptions, verifyBundle } from "./verify-bundle.js";
