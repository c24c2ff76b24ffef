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

/** What we refuse the caller of a syscall. Its state changes are undone, its gas is not. */
export class SyscallError {
  /** @param text for the backtrace, never part of a receipt */
  constructor(
    readonly errno: ErrorNumber,
    readonly text: string,
  ) {}
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

  constructor(
    readonly text: string,
    options?: { readonly cause?: unknown },
  ) {
    this.cause = options?.cause;
  }
}
