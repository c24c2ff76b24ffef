import { readBlocks } from "../blockstore/access.js";
import type { Blockstore } from "../blockstore/blocks.js";
import { RecordingBlockstore } from "../blockstore/recording-blockstore.js";
import { FvmError } from "../errors.js";
import type { FinalityState } from "../finality/verify.js";
import { isArray } from "../util/check.js";
import { checkOption } from "../util/options.js";
import { rejectProofs } from "../vm/proofs/verifier.js";
import { encodeBundle } from "./bundle.js";
import type { Claim, ClaimQuestion } from "./claims.js";
import { evaluate, type FinalTipsets, tipsetAt } from "./evaluate.js";
import { type ExecutionRules, executeParents } from "./execution.js";
import { BrokenLink } from "./link.js";
import { finalTipsets } from "./verify.js";

/** Material for proofs. */
export interface ProofSource {
  /** Blocks of the chain. */
  readonly blockstore: Blockstore;
  /** State of F3 that the bundle's verifiers trust. */
  readonly trusted: FinalityState;
  /** Certificates that follow from it, up to a tipset that is not below those of the questions. */
  readonly certificates: readonly Uint8Array[];
  /** Rules of the network, for questions of executions. */
  readonly network?: ExecutionRules["network"];
  /** As of `verifyBundle`. */
  readonly proofs?: ExecutionRules["proofs"];
}

/**
 * Makes a bundle: answers questions of final tipsets, with the blocks that a verifier needs to find the same.
 *
 * @throws FvmError NO_PROOF if a question has no answer, or the chain lacks a block; as `verifyBundle`
 */
export async function proveClaims(
  source: ProofSource,
  questions: readonly ClaimQuestion[],
): Promise<Uint8Array> {
  checkOption("questions", questions, isArray);
  const { blockstore, trusted, certificates } = source;
  const { network } = trusted;
  const { final } = finalTipsets({ network, certificates }, trusted);
  const recording = new RecordingBlockstore(blockstore);
  try {
    const claims: Claim[] = [];
    for (const question of questions) claims.push(await answer(question, source, recording, final));
    return encodeBundle({ network, certificates, claims, blocks: recording.witness() });
  } catch (error) {
    if (!(error instanceof BrokenLink)) throw error;
    throw new FvmError("NO_PROOF", { link: error.link, reason: error.text });
  } finally {
    recording.cache.clear();
  }
}

async function answer(
  question: ClaimQuestion,
  { network, proofs = rejectProofs }: ProofSource,
  recording: RecordingBlockstore,
  final: FinalTipsets,
): Promise<Claim> {
  const options = { blockCache: recording.cache };
  if (question.kind !== "execution") {
    return readBlocks(recording, (blocks) => evaluate(question, blocks, final), options);
  }
  if (network === undefined) {
    throw new FvmError("INVALID_OPTION", { option: "network", reason: "it is needed to execute" });
  }
  const tipset = await readBlocks(recording, (blocks) => tipsetAt(question.epoch, blocks, final), options);
  const outcome = await executeParents(tipset, recording, { network, proofs }, recording.cache);
  return { ...question, outcome };
}
