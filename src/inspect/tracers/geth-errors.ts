import { ErrorNumber } from "../../message/outcome.js";
import { REVERTED } from "./classify.js";
import { lotusError } from "./exit-texts.js";
import type { EthFrame } from "./frame.js";
import { EvmMethod } from "./methods.js";

/** Geth's words for a contract that reverts. */
export const EXECUTION_REVERTED = "execution reverted";

/** Exit codes of contracts in Geth's words. Source: go-ethereum core/vm/errors.go. */
const CONTRACT_TEXTS: Readonly<Record<number, string>> = {
  25: "write protection",
  [REVERTED]: EXECUTION_REVERTED,
  34: "invalid opcode: INVALID",
  // Geth names the opcode, which the exit code does not tell; the same is so of the stack's depth.
  35: "invalid opcode",
  36: "stack underflow",
  37: "stack limit reached 1024 (1023)",
};

/** An address is taken: what the Ethereum address manager forbids. */
const FORBIDDEN = 18;

/** Refusals of calls for which Geth has words. */
const REFUSALS: Readonly<Partial<Record<ErrorNumber, string>>> = {
  [ErrorNumber.LimitExceeded]: "max call depth exceeded",
  [ErrorNumber.InsufficientFunds]: "insufficient balance for transfer",
};

/** Why a call failed, in Geth's words where it has any, else in Lotus's; undefined: it did not. */
export function gethError(frame: EthFrame): string | undefined {
  const { call, exitCode, type, isContract, isNative } = frame;
  const { end } = call;
  if (end.kind === "refused") {
    return isTakenAsSuccess(frame, end.errno) ? undefined : (REFUSALS[end.errno] ?? lotusError(frame));
  }
  const isCreation = (type === "CREATE" || type === "CREATE2") && !isNative;
  if (isCreation && exitCode === FORBIDDEN) return "contract address collision";
  return (isContract || isCreation ? CONTRACT_TEXTS[exitCode] : undefined) ?? lotusError(frame);
}

/** Contracts may call addresses that nobody has: to them, as in Ethereum, that is a call that does nothing. */
function isTakenAsSuccess({ call, type }: EthFrame, errno: ErrorNumber): boolean {
  if (call.method !== EvmMethod.InvokeContract) return false;
  return errno === ErrorNumber.NotFound || (errno === ErrorNumber.ReadOnly && type === "STATICCALL");
}
