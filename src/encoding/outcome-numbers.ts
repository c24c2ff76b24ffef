/** Numbers with which the VM says how something ended. Source: shared/src/error/mod.rs. */

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

/** Meanings of error numbers, by number. */
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
 * Names of exit codes, by code: those of the VM, and those that actors share by custom. An actor may give
 * codes from 16 on any meaning.
 */
export const EXIT_CODE_NAMES: Readonly<Record<number, string>> = {
  0: "OK",
  1: "SYS_SENDER_INVALID",
  2: "SYS_SENDER_STATE_INVALID",
  4: "SYS_ILLEGAL_INSTRUCTION",
  5: "SYS_INVALID_RECEIVER",
  6: "SYS_INSUFFICIENT_FUNDS",
  7: "SYS_OUT_OF_GAS",
  9: "SYS_ILLEGAL_EXIT_CODE",
  10: "SYS_ASSERTION_FAILED",
  11: "SYS_MISSING_RETURN",
  16: "USR_ILLEGAL_ARGUMENT",
  17: "USR_NOT_FOUND",
  18: "USR_FORBIDDEN",
  19: "USR_INSUFFICIENT_FUNDS",
  20: "USR_ILLEGAL_STATE",
  21: "USR_SERIALIZATION",
  22: "USR_UNHANDLED_MESSAGE",
  23: "USR_UNSPECIFIED",
  24: "USR_ASSERTION_FAILED",
  25: "USR_READ_ONLY",
  26: "USR_NOT_PAYABLE",
};
