import type { ExitCode } from "../kernel/outcome.js";
import type { ActorId } from "../state-tree/actor-state.js";
import type { U64 } from "../util/u64.js";

/** An actor that ended with an error. */
export interface BacktraceFrame {
  readonly actorId: ActorId;
  readonly method: U64;
  readonly code: ExitCode;
  readonly text: string;
}

export type BacktraceCause =
  | {
      readonly kind: "syscall";
      readonly module: string;
      readonly name: string;
      readonly errno: number;
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

/** The backtrace as text, outermost actor first. */
export function backtraceText(backtrace: Backtrace): string {
  const lines = backtrace.frames.map(
    ({ actorId, method, text, code }) => `f0${actorId} (method ${method}) -- ${text} (${code})`,
  );
  const { cause } = backtrace;
  const last =
    cause === undefined
      ? []
      : cause.kind === "fatal"
        ? [`--> caused by: [FATAL] ${cause.text}`]
        : [`--> caused by: ${cause.module}::${cause.name} -- ${cause.text} (error ${cause.errno})`];
  return [...lines.reverse(), ...last].join("\n");
}
