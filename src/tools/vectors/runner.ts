import type { BlockCache } from "../../blockstore/block-cache.js";
import type { Crew } from "../../chain/execution/crew.js";
import type { U64 } from "../../util/u64.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { Externs } from "../../vm/externs/externs.js";
import type { Machine } from "../../vm/machine/machine.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { acceptProofs, type ProofVerifier, rejectProofs } from "../../vm/proofs/verifier.js";
import type { Mismatch } from "./compare.js";
import type { VectorStore } from "./store.js";
import type { Variant, Vector } from "./vector.js";

/**
 * Is told each result, in order, also those of implicit messages. `machine`: which has executed it; undefined in vectors
 * of tipsets. What it returns is awaited where there is a machine.
 */
export type ResultWatcher = (result: ApplyResult, machine?: Machine) => unknown;

/**
 * Verdict on all proofs.
 *
 * @inline
 */
export type ProofVerdict = "accept" | "reject";

export function verifierOf(verdict: ProofVerdict): ProofVerifier {
  return verdict === "accept" ? acceptProofs : rejectProofs;
}

/** Surroundings of a vector that runs. */
export interface Surroundings {
  readonly store: VectorStore;
  readonly blockCache: BlockCache;
  readonly externs: Externs;
  readonly proofs: ProofVerifier;
  /** Observer and debug sink. */
  readonly watching: Pick<MachineOptions, "observer" | "debug">;
  /** Threads that execute messages of tipsets before their turn. */
  readonly crew?: Crew;
  readonly changes?: boolean;
  readonly onResult?: ResultWatcher;
}

/** Results of one execution. */
export interface Trial {
  /** Gas of each message, implicit ones too. */
  readonly gasUsed: readonly U64[];
  /** Nanoseconds in which messages were executed: without loading, set-up and flush. */
  readonly applyNs: number;
  /** Nanoseconds from a state root to the next: the same with the machines' set-up and their flush. */
  readonly runNs: number;
  readonly mismatches: readonly Mismatch[];
  /** Lines that help to find out why, made only when they are needed. */
  notes(): string[];
}

/** Runs one class of vectors: a whole vector, once, at one variant. */
export type Runner<V extends Vector> = (
  vector: V,
  variant: Variant,
  surroundings: Surroundings,
) => Promise<Trial>;
