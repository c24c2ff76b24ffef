import { ERROR_TEXTS, type ErrorNumber, type ExitCode } from "../../message/outcome.js";
import { is } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId } from "../state-tree/actor-state.js";

/** An actor that ended with an error. */
export interface BacktraceFrame {
  readonly actorId: ActorId;
  readonly method: U64;
  readonly code: ExitCode;
  readonly text: string;
}

/** The innermost error: a syscall that was refused, or an outcome that is fatal by the protocol. */
export type BacktraceCause =
  | {
      readonly kind: "syscall";
      readonly module: string;
      readonly name: string;
      readonly errno: ErrorNumber;
      readonly text: string;
    }
  | { readonly kind: "fatal"; readonly text: string; readonly cause: unknown };

/** How an error went through the actors, innermost frame first. */
export interface Backtrace {
  readonly frames: readonly BacktraceFrame[];
  readonly cause: BacktraceCause | undefined;
}

/** Collects a backtrace as actors end. Source: fvm/src/call_manager/backtrace.rs. */
export class BacktraceRecorder implements Backtrace {
  frames: BacktraceFrame[] = [];
  cause: BacktraceCause | undefined;

  get isEmpty(): boolean {
    return this.cause === undefined && this.frames.length === 0;
  }

  /** A new error: what came before it led nowhere. */
  begin(cause: BacktraceCause): void {
    this.cause = cause;
    this.frames = [];
  }

  push(frame: BacktraceFrame): void {
    this.frames.push(frame);
  }

  clear(): void {
    if (this.isEmpty) return;
    this.cause = undefined;
    this.frames = [];
  }
}

/**
 * The backtrace as text, outermost actor first, each line ended: just as the reference writes it, but for what
 * follows the text of a fatal cause there, a backtrace of Rust functions.
 *
 * @param backtrace of an `ApplyFailure`. Throws `FvmError` INVALID_OPTION if it is none.
 */
export function backtraceText(backtrace: Backtrace): string {
  checkOption("backtrace", backtrace, isBacktrace);
  const { frames, cause } = backtrace;
  const lines = frames.toReversed().map(frameText);
  if (cause !== undefined) lines.push(`--> caused by: ${causeText(cause)}`);
  return lines.map((line) => `${line}\n`).join("");
}

const isBacktrace = is(
  (value) => Array.isArray((value as Partial<Backtrace> | null | undefined)?.frames),
  "the backtrace of a failure",
);

function frameText({ actorId, method, text, code }: BacktraceFrame, number: number): string {
  return `${String(number).padStart(2, "0")}: f0${actorId} (method ${method}) -- ${text} (${code})`;
}

function causeText(cause: BacktraceCause): string {
  if (cause.kind === "fatal") return `[FATAL] Error: ${cause.text}`;
  const { module, name, text, errno } = cause;
  return `${module}::${name} -- ${text} (${errno}: ${ERROR_TEXTS[errno]})`;
}
