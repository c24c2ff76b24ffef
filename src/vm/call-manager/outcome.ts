import type { ExitCode, Fatal, OutOfGas, SyscallError } from "../../message/outcome.js";
import type { U64 } from "../../util/u64.js";

/** A block that an actor returned. */
export interface ReturnValue {
  readonly codec: U64;
  readonly data: Uint8Array;
}

/** How a message's call ended. */
export type CallOutcome =
  | { readonly kind: "exit"; readonly code: ExitCode; readonly value: ReturnValue | undefined }
  /** It could not be dispatched, ran out of gas, or is fatal. */
  | { readonly kind: "error"; readonly error: CallError };

/** What a call can end with instead of an exit code. */
export type CallError = SyscallError | OutOfGas | Fatal;
