import { decode } from "@ipld/dag-cbor";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { toHex } from "./abi.js";
import { type EvmLog, logOf } from "./evm-log.js";

/** Exit codes of the EVM actor. */
export const EvmExit = {
  Reverted: 33,
  InvalidInstruction: 34,
  UndefinedInstruction: 35,
  StackUnderflow: 36,
  StackOverflow: 37,
  IllegalMemoryAccess: 38,
  BadJumpDestination: 39,
} as const;

export interface EvmOutcome {
  readonly exitCode: number;
  /** Data of RETURN or REVERT. */
  readonly output: Uint8Array;
  readonly logs: readonly EvmLog[];
  readonly apply: ApplyResult;
}

export function outcomeOf(apply: ApplyResult): EvmOutcome {
  const { exitCode, returnData } = apply.receipt;
  const output = returnData.length === 0 ? returnData : decode<unknown>(returnData);
  return {
    exitCode,
    output: output instanceof Uint8Array ? output : returnData,
    logs: apply.events.map(logOf),
    apply,
  };
}

/** A message's outcome, for people. */
export function outcomeText({ receipt, failure }: ApplyResult): string {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
  const reason = failure === undefined ? "" : JSON.stringify(failure, plain);
  return `exit code ${receipt.exitCode}, data ${toHex(receipt.returnData)} ${reason}`;
}
