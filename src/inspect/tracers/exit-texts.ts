import { ExitCode } from "../../message/outcome.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { REVERTED } from "./classify.js";
import type { EthFrame } from "./frame.js";

/** Exit codes by the names that Lotus has for them. Source: go-state-types exitcode/names.go. */
export const LOTUS_NAMES: Readonly<Record<number, string>> = {
  1: "SysErrSenderInvalid",
  2: "SysErrSenderStateInvalid",
  3: "SysErrReserved1",
  4: "SysErrIllegalInstruction",
  5: "SysErrInvalidReceiver",
  6: "SysErrInsufficientFunds",
  7: "SysErrOutOfGas",
  8: "SysErrReserved2",
  9: "SysErrIllegalExitCode",
  10: "SysFatal",
  11: "SysErrMissingReturn",
  12: "SysErrReserved3",
  13: "SysErrReserved4",
  14: "SysErrReserved5",
  15: "SysErrReserved6",
  16: "ErrIllegalArgument",
  17: "ErrNotFound",
  18: "ErrForbidden",
  19: "ErrInsufficientFunds",
  20: "ErrIllegalState",
  21: "ErrSerialization",
  22: "ErrUnhandledMessage",
  23: "ErrUnspecified",
  24: "ErrAssertionFailed",
  25: "ErrReadOnly",
  26: "ErrNotPayable",
};

/** Exit codes of contracts and their manager. Source: Lotus node/impl/eth/trace.go, `traceErrMsg`. */
const EVM_TEXTS: Readonly<Record<number, string>> = {
  [REVERTED]: "Reverted",
  34: "invalid instruction",
  35: "undefined instruction",
  36: "stack underflow",
  37: "stack overflow",
  38: "illegal memory access",
  39: "invalid jump destination",
  40: "self destruct failed",
};

/** Why a call failed, as Lotus says it; undefined: it did not. */
export function lotusError({ exitCode, call, isContract }: EthFrame): string | undefined {
  if (exitCode === ExitCode.Ok) return undefined;
  if (exitCode === ExitCode.OutOfGas) return "out of gas";
  const name = LOTUS_NAMES[exitCode];
  const text = name === undefined ? `${exitCode}` : `${name}(${exitCode})`;
  if (exitCode < ExitCode.FirstActorError) return `vm error: ${text}`;
  const isEvm = isContract || call.callee?.id === SingletonId.Eam;
  return (isEvm ? EVM_TEXTS[exitCode] : undefined) ?? `actor error: ${text}`;
}
