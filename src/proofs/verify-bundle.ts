import type { FinalityState } from "../finality/verify.js";
import { rejectProofs } from "../vm/proofs/verifier.js";
import { tipsetAt } from "./evaluate.js";
import { type ExecutionRules, executeParents } from "./execution.js";
import { checkBundle, type ExecuteClaim, type VerifiedBundle } from "./verify.js";

/** Options of `verifyBundle`. */
export interface VerifyBundleOptions {
  /** Rules of the network, for claims of executions. Default: those claims are refused. */
  readonly network?: ExecutionRules["network"];
  /** Checks of the proofs that actors ask for. Default: all are rejected. */
  readonly proofs?: ExecutionRules["proofs"];
}

/**
 * Checks a bundle with nothing else at hand than a trusted power table. A claim that does not hold has a fault with the
 * link that is broken; there is no other way in which it could be doubtful.
 *
 * @throws FvmError INVALID_PROOF, INVALID_CERTIFICATE, INVALID_OPTION; of claims of executions what `executeTipset` throws
 * beside `FvmError` and absent blocks
 */
export async function verifyBundle(
  data: Uint8Array,
  trusted: FinalityState,
  { network, proofs = rejectProofs }: VerifyBundleOptions = {},
): Promise<VerifiedBundle> {
  const execute: ExecuteClaim | undefined =
    network &&
    (async (question, blocks, final) => {
      const tipset = tipsetAt(question.epoch, blocks, final);
      const store = { get: (cid: Parameters<typeof blocks.find>[0]) => blocks.find(cid) };
      return { ...question, outcome: await executeParents(tipset, store, { network, proofs }) };
    });
  return checkBundle(data, trusted, execute);
}
