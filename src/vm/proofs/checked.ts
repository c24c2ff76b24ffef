import { HostFault } from "../../errors.js";
import { kindOf } from "../../util/kind-of.js";
import { oncePer } from "../../util/once-per.js";
import { forgetPromise } from "../../util/waits.js";
import type { ProofVerifier, Verdict } from "./verifier.js";

const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["valid", "invalid", "malformed"]);

/**
 * A verifier whose failures and answers of the wrong kind are `HostFault` EXTERN_FAILED: what is no verdict
 * must not count as one.
 */
export const checkedProofs = oncePer((verifier: ProofVerifier): ProofVerifier => {
  const ask = (question: string, answer: () => Verdict): Verdict => {
    let verdict: Verdict;
    try {
      verdict = answer();
    } catch (cause) {
      throw new HostFault("EXTERN_FAILED", { question }, { cause });
    }
    if (VERDICTS.has(verdict)) return verdict;
    forgetPromise(verdict);
    const told = typeof verdict === "string" ? `"${verdict}"` : kindOf(verdict);
    throw new HostFault("EXTERN_FAILED", { question, reason: `${told} is no verdict` });
  };
  return {
    verifySeal: (proof) => ask("proof of a seal", () => verifier.verifySeal(proof)),
    verifyAggregate: (proof) => ask("aggregated proof", () => verifier.verifyAggregate(proof)),
    verifyWindowPost: (proof) => ask("window PoSt", () => verifier.verifyWindowPost(proof)),
    verifyUpdate: (proof) => ask("proof of an update", () => verifier.verifyUpdate(proof)),
  };
});
