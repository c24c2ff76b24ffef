/**
 * How a step inside the VM can end other than well. These are thrown from handlers and caught by
 * the call manager; none of them leaves the machine. They are frequent and never shown with a
 * stack, so they do not extend Error and cost an allocation at most.
 * Source: fvm/src/kernel/error.rs, shared/src/error/mod.rs.
 */

/** Why a syscall is refused; the calling actor sees the number. */
export const ErrorNumber = {
  IllegalArgument: 1,
  IllegalOperation: 2,
  LimitExceeded: 3,
  AssertionFailed: 4,
  InsufficientFunds: 5,
  NotFound: 6,
  InvalidHandle: 7,
  IllegalCid: 8,
  IllegalCodec: 9,
  Serialization: 10,
  Forbidden: 11,
  BufferTooSmall: 12,
  /** From network version 18 on. */
  ReadOnly: 13,
} as const;
export type ErrorNumber = (typeof ErrorNumber)[keyof typeof ErrorNumber];

/** What error numbers mean, by number. */
export const ERROR_TEXTS: Readonly<Record<ErrorNumber, string>> = {
  1: "illegal argument",
  2: "illegal operation",
  3: "limit exceeded",
  4: "filecoin assertion failed",
  5: "insufficient funds",
  6: "resource not found",
  7: "invalid ipld block handle",
  8: "illegal cid specification",
  9: "illegal ipld codec",
  10: "serialization error",
  11: "operation forbidden",
  12: "buffer too small",
  13: "execution context is read-only",
};

/** Exit codes that the VM itself gives (0 to 15 are its own, from 16 on the actors'). */
export const ExitCode = {
  Ok: 0,
  SenderInvalid: 1,
  SenderStateInvalid: 2,
  IllegalInstruction: 4,
  InvalidReceiver: 5,
  InsufficientFunds: 6,
  OutOfGas: 7,
  IllegalExitCode: 9,
  AssertionFailed: 10,
  MissingReturn: 11,
  /** The first code an actor may use for a failure. */
  FirstActorError: 16,
} as const;
/** Any u32: actors define their own. */
export type ExitCode = number;

/**
 * What we refuse the caller of a syscall. Its state changes are undone, its gas is not.
 *
 * Texts are those of the newest version of the reference that refuses the same: for network versions up to
 * 20 it has other ones in a few places. What its libraries say of malformed CBOR and of proofs is not
 * repeated to the letter.
 */
export class SyscallError {
  /** @param say a function where the text is work: most refusals are never read */
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
