import { runVectors } from "../../tools/vectors/run-vectors.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { DebugSink } from "../../vm/kernel/machine-context.js";
import { Machine } from "../../vm/machine/machine.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { networkVersion } from "../../vm/network/version.js";
import type { Observer } from "../../vm/trace/observation.js";
import type { Output } from "../command.js";
import { ExitStatus } from "../exit-status.js";
import { UsageError } from "../usage-error.js";
import { completeMessage, readMessage } from "./message.js";
import { missingBlock } from "./missing-block.js";
import { type MessageValues, namesState, STATE_OPTIONS, type StateValues } from "./options.js";
import { openState } from "./state.js";
import { namesOf } from "./store.js";

/** Basis of an execution: a vector at one of its variants, or the state of the command line. */
export interface Setting extends Pick<MachineOptions, "blockstore" | "stateRoot"> {
  /** ID of the vector, or the state root. */
  readonly name: string;
  /** The vector's file, or the state root. */
  readonly source: string;
  readonly networkVersion: number;
  /** Whether messages come in tipsets, between which there are no states to look at. */
  readonly isTipset: boolean;
}

/** Someone who looks on while messages are executed. */
export interface Watcher {
  /** Is told all that the messages do. */
  readonly observer?: Observer;
  /** Takes actors' debug output, and has them write it, which changes their gas. */
  readonly debug?: DebugSink;
  /** Before the first message. */
  onBegin?(setting: Setting): void;
  /** Whether results tell what messages changed; those of tipsets never do. */
  readonly changes?: boolean;
  /** After each message, implicit ones too. It is awaited where there is a machine, which is not so in tipsets. */
  onResult?(result: ApplyResult, machine?: Machine): unknown;
  /** After the last message, also of a vector (but not of another file) of which none could be executed. */
  onEnd?(source: Pick<Setting, "name" | "source">): void;
}

export type RunValues = StateValues & MessageValues & { readonly filter: string | undefined };

/**
 * Executes the messages of the command line: those of vectors, or those of `--message` on a state. Answers the
 * exit code: 1 if a vector does not come out as it says (not so where actors write debug output, which changes what
 * they do), 2 if there was none to execute. Throws `UsageError`, `FvmError`, `HostFault`, and the file system's errors.
 */
export async function runInput(
  values: RunValues,
  vectors: readonly string[],
  watcher: Watcher,
  output: Output,
  command: string,
): Promise<number> {
  const isState = namesState(values) || values.message.length > 0;
  if (isState && vectors.length > 0) {
    throw new UsageError("there are vectors, and a state: one of both", command);
  }
  if (!isState && vectors.length === 0) {
    throw new UsageError(`VECTOR is missing, or ${STATE_OPTIONS}`, command);
  }
  return isState ? runState(values, watcher, command) : runFiles(values, vectors, watcher, output);
}

async function runState(values: RunValues, watcher: Watcher, command: string): Promise<number> {
  if (values.message.length === 0) throw new UsageError("--message is missing", command);
  await using state = await openState(values, command);
  const { network, stateRoot, blockstore } = state.machine;
  const rules = typeof network === "number" ? networkVersion(network) : network;
  const messages = values.message.map((text) => readMessage(text, rules));
  const { observer, debug, changes } = watcher;
  const options = { ...state.machine, ...(observer && { observer }), ...(debug && { debug }) };
  const source = { name: state.name, source: state.name };
  watcher.onBegin?.({ ...source, networkVersion: rules.version, blockstore, stateRoot, isTipset: false });
  try {
    using machine = await Machine.create(options);
    for (const written of messages) {
      const message = await completeMessage(written, machine);
      const { rawLength } = written;
      const result = await machine.execute(message, {
        ...(rawLength !== undefined && { rawLength }),
        ...(changes !== undefined && { changes }),
      });
      await watcher.onResult?.(result, machine);
    }
  } catch (cause) {
    throw missingBlock(cause, namesOf(values)) ?? cause;
  }
  watcher.onEnd?.(source);
  return 0;
}

async function runFiles(
  { bundles, filter, proofs }: RunValues,
  paths: readonly string[],
  { observer, debug, changes, onBegin, onResult, onEnd }: Watcher,
  output: Output,
): Promise<number> {
  let executed = false;
  const reports = await runVectors(paths, {
    ...(bundles === undefined ? {} : { bundles }),
    ...(filter === undefined ? {} : { filter }),
    ...(proofs === undefined ? {} : { proofs }),
    ...(debug === undefined ? {} : { debug }),
    ...(observer === undefined ? {} : { observer }),
    ...(changes === undefined ? {} : { changes }),
    repeat: 0,
    onBegin({ vector: { id, file, stateRoot, class: kind }, variant, blockstore }) {
      const { networkVersion } = variant;
      const isTipset = kind === "tipset";
      onBegin?.({ name: id, source: file, networkVersion, blockstore, stateRoot, isTipset });
    },
    onResult(result, machine) {
      executed = true;
      return onResult?.(result, machine);
    },
    onReport({ file, id, status, reason }, filesDone, total) {
      // With debug output results differ from the vector's, as they should.
      const isWrong = status === "failed" && !(debug !== undefined && executed);
      if (isWrong || status === "skipped" || status === "unreadable") {
        output.note(`${status}: ${id}: ${reason}`);
      }
      executed = false;
      if (status !== "unreadable") onEnd?.({ name: id, source: file });
      output.progress(`${filesDone + 1} of ${total}: ${id}`);
    },
  });
  if (reports.every(({ status }) => status !== "passed" && status !== "failed")) return ExitStatus.BadInput;
  return reports.some(({ status }) => status === "failed") && debug === undefined ? ExitStatus.Failed : 0;
}
