import type { Blockstore } from "../../blockstore/blocks.js";
import { type FvmError, isFvmError } from "../../errors.js";
import type { U64 } from "../../util/u64.js";
import type { DebugSink } from "../../vm/kernel/machine-context.js";
import { networkVersion } from "../../vm/network/version.js";
import type { Observer } from "../../vm/trace/observation.js";
import type { Mismatch } from "./compare.js";
import { explainMessages } from "./explain-messages.js";
import { vectorExterns } from "./externs.js";
import type { Library } from "./library.js";
import { runMessages } from "./run-messages.js";
import { runTipsets } from "./run-tipsets.js";
import {
  type ProofVerdict,
  type ResultWatcher,
  type Surroundings,
  type Trial,
  verifierOf,
} from "./runner.js";
import { VectorStore } from "./store.js";
import type { TipsetVector, Variant, Vector } from "./vector.js";
import type { VectorThreads } from "./vector-crew.js";
import { CodeWatch, endVectorCache, vectorCache } from "./warm-up.js";

export interface RunOptions {
  readonly library: Library;
  /** Default: accept for vectors of the public corpus, whose proofs were true, and reject for others. */
  readonly proofs?: ProofVerdict;
  /** Threads that execute messages of tipsets before their turn. */
  readonly threads?: VectorThreads | undefined;
  /** How often to execute each vector, for the times. 0: once, without times. */
  readonly repeat: number;
  /** Is told all that the messages do. */
  readonly observer?: Observer;
  /** Takes actors' debug output, and has them write it, which changes their gas. */
  readonly debug?: DebugSink;
  /** Is told on what a vector runs, before its first message. */
  readonly onBegin?: (begin: VectorBegin) => void;
  /** Whether results tell what messages changed; those of tipsets never do. */
  readonly changes?: boolean;
  readonly onResult?: ResultWatcher;
}

/** The state on which a vector's messages begin. */
export interface VectorBegin {
  readonly vector: Vector;
  readonly variant: Variant;
  readonly blockstore: Blockstore;
}

/** Nanoseconds, over all repetitions. */
export interface Times {
  readonly min: number;
  readonly median: number;
}

/** How a vector did at one of its variants. */
export interface VariantReport {
  readonly file: string;
  readonly id: string;
  readonly variant: string;
  /** `undefined` if the file is no vector. */
  readonly networkVersion: number | undefined;
  readonly status: "passed" | "failed" | "skipped" | "unreadable";
  /** Why it did not pass, in a line. */
  readonly reason: string | undefined;
  readonly mismatches: readonly Mismatch[];
  /** Lines that help to find out why it failed. */
  readonly notes: readonly string[];
  readonly gasUsed: readonly U64[];
  /** Time of messages alone; `undefined` if nothing was executed. */
  readonly applyNs: Times | undefined;
  /** Time with machines' set-up and flush. */
  readonly runNs: Times | undefined;
}

/** Runs a vector at one of its variants. Everything that goes wrong in it is in the report. */
export async function runVariant(
  vector: Vector,
  variant: Variant,
  options: RunOptions,
): Promise<VariantReport> {
  const { file, id } = vector;
  const common = { file, id, variant: variant.id, networkVersion: variant.networkVersion };
  const none = { mismatches: [], notes: [], gasUsed: [], applyNs: undefined, runNs: undefined };
  try {
    const reason = vector.unsupported ?? unsupportedVersion(variant);
    if (reason !== undefined) return { ...common, ...none, status: "skipped", reason };
    return { ...common, ...(await runTrials(vector, variant, options)) };
  } catch (error) {
    if (isFvmError(error, "BUNDLE_NOT_FOUND")) {
      return { ...common, ...none, status: "skipped", reason: noBundle(error) };
    }
    return {
      ...common,
      ...none,
      status: "failed",
      reason: String(error instanceof Error ? error.message : error),
    };
  }
}

async function runTrials(vector: Vector, variant: Variant, options: RunOptions) {
  const surroundings = surroundingsOf(vector, variant, options);
  try {
    return await runIn(vector, variant, options, surroundings);
  } finally {
    endVectorCache(surroundings.blockCache);
  }
}

/** Surroundings of a vector. Clear the block cache in the end. Throws as `Library.blocksBelow` does. */
export function surroundingsOf(
  vector: Vector,
  variant: Variant,
  { library, proofs, threads, observer, debug, changes, onResult }: Omit<RunOptions, "repeat">,
): Surroundings {
  const store = new VectorStore(vector.car(), library.blocksBelow(vector, variant));
  const verdict = proofs ?? (vector.origin === "public" ? "accept" : "reject");
  const helpers = vector.class === "tipset" ? threads : undefined;
  return {
    store,
    // Other threads find there what the store has.
    blockCache: vectorCache(store.own, ...(helpers === undefined ? [] : [store.below])),
    externs: vectorExterns(vector),
    proofs: verifierOf(verdict),
    ...(helpers && { crew: helpers.crewOf(vector as TipsetVector, variant.networkVersion, verdict) }),
    watching: { ...(observer !== undefined && { observer }), ...(debug !== undefined && { debug }) },
    ...(changes !== undefined && { changes }),
    ...(onResult !== undefined && { onResult }),
  };
}

async function runIn(
  vector: Vector,
  variant: Variant,
  { repeat, onBegin }: RunOptions,
  surroundings: Surroundings,
) {
  const { store } = surroundings;
  const code = new CodeWatch(variant, [store.own, store.below]);
  const loadedBefore = code.loadedCount();
  onBegin?.({ vector, variant, blockstore: store });
  let trial = await runOnce(vector, variant, surroundings);
  // Compiling is no part of applying: a run that had to load code gives no time.
  const isTimed = code.loadedCount() === loadedBefore;
  const applyNs = isTimed ? [trial.applyNs] : [];
  const runNs = isTimed ? [trial.runNs] : [];
  while (applyNs.length < repeat && trial.mismatches.length === 0) {
    store.rewind();
    trial = await runOnce(vector, variant, surroundings);
    applyNs.push(trial.applyNs);
    runNs.push(trial.runNs);
  }
  const { mismatches, gasUsed } = trial;
  const hasFailed = mismatches.length > 0;
  const run = (watched: Surroundings) => runOnce(vector, variant, watched);
  return {
    status: hasFailed ? ("failed" as const) : ("passed" as const),
    reason: mismatches[0] && mismatchText(mismatches[0]),
    mismatches,
    notes: hasFailed ? [...trial.notes(), ...(await explainMessages(run, surroundings, mismatches))] : [],
    gasUsed,
    applyNs: timesOf(applyNs),
    runNs: timesOf(runNs),
  };
}

function runOnce(vector: Vector, variant: Variant, surroundings: Surroundings): Promise<Trial> {
  return vector.class === "message"
    ? runMessages(vector, variant, surroundings)
    : runTipsets(vector, variant, surroundings);
}

function unsupportedVersion({ networkVersion: version }: Variant): string | undefined {
  try {
    networkVersion(version);
    return undefined;
  } catch (error) {
    if (isFvmError(error, "UNKNOWN_NETWORK_VERSION")) return `network version ${version} is not supported`;
    throw error;
  }
}

function noBundle({ details }: FvmError<"BUNDLE_NOT_FOUND">): string {
  return `no bundle ${details.version} of ${details.network} in ${details.folders.join(", ")}`;
}

export function mismatchText({ field, expected, actual }: Mismatch): string {
  return `${field}: expected ${expected}, got ${actual}`;
}

function timesOf(values: readonly number[]): Times | undefined {
  return values.length === 0 ? undefined : { min: Math.min(...values), median: median(values) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [upper = 0, lower = upper] = [sorted[middle], sorted[sorted.length % 2 === 0 ? middle - 1 : middle]];
  return (upper + lower) / 2;
}
