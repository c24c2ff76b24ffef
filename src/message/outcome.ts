/**
 * How a step inside the VM can end other than well. These are thrown from handlers and caught by
 * the call manager; none of them leaves the machine. They are frequent and never shown with a
 * stack, so they do not extend Error and cost an allocation at most.
 * Source: fvm/src/kernel/error.rs, shared/src/error/mod.rs.
 */

import { type ErrorNumber, ExitCode } from "../encoding/outcome-numbers.js";

export { ERROR_TEXTS, ErrorNumber, EXIT_CODE_NAMES, ExitCode } from "../encoding/outcome-numbers.js";

/**
 * A refusal to the caller of a syscall. Its state changes are undone, its gas is not. Handlers of custom
 * syscalls throw it, too.
 *
 * Texts are those of the newest version of the reference that refuses the same: for network versions up to
 * 20 it has other ones in a few places. What its libraries say of malformed CBOR and of proofs is not
 * repeated to the letter.
 */
export class SyscallError {
  /** @param say why; a function where the text is work: most refusals are never read */
  constructor(
    readonly errno: ErrorNumber,
    private readonly say: string | (() => string),
  ) {}

  /** For the backtrace, never part of a receipt. */
  get text(): string {
    return typeof this.say === "string" ? this.say : this.say();
  }
}

/** A charge did not fit. The tracker has already used up everything. */
export class OutOfGas {}

/** The only instance that is thrown. */
export const OUT_OF_GAS = new OutOfGas();

/**
 * Fatal by the protocol: every node sees the same, the message ends with exit code 10 and its whole
 * gas limit. Failures of our own machinery are `HostFault`s instead.
 */
export class Fatal {
  readonly cause: unknown;
  /** With which the actor ends that is to blame, for the backtrace. */
  readonly exitCode: ExitCode;

  constructor(
    readonly text: string,
    options?: { readonly cause?: unknown; readonly exitCode?: ExitCode },
  ) {
    this.cause = options?.cause;
    this.exitCode = options?.exitCode ?? ExitCode.AssertionFailed;
  }
}
