/**
 * Checks of bundles in a browser: the same code as elsewhere, without the addon. Claims of executions are refused.
 *
 * @module fvm-node/proofs/browser
 */
import type { FinalityState } from "../finality/verify.js";
import { checkBundle, type VerifiedBundle } from "./verify.js";

export {
  decodePowerTable,
  type PowerEntry,
  type PowerTable,
  powerTableCid,
} from "../finality/power-table.js";
export {
  CertificateChain,
  type CertificateFault,
  type FinalityState,
  type VerifiedCertificates,
  verifyCertificates,
} from "../finality/verify.js";
export { type Bundle, decodeBundle } from "./bundle.js";
export type { ClaimFault, ClaimVerdict, VerifiedBundle } from "./verify.js";

/** As that of `fvm-node/proofs`, without executions. Throws `FvmError` INVALID_PROOF, INVALID_CERTIFICATE, INVALID_OPTION. */
export function verifyBundle(data: Uint8Array, trusted: FinalityState): Promise<VerifiedBundle> {
  return checkBundle(data, trusted, undefined);
}
