import type { AbiMatch, ContractAbi } from "../../builtin/abi/index.js";
import { type Json, toJson } from "../../builtin/values/json.js";
import type { StampedEvent } from "../../message/event.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import { type CallByAbi, callByAbi } from "./call-by-abi.js";
import type { EthFrame } from "./frame.js";
import { EXECUTION_REVERTED } from "./geth-errors.js";
import { topicsAndData } from "./logs.js";

/** A function, an event or an error by its ABI. */
export interface DecodedByAbi {
  /** Such as `transfer(address,uint256)`. */
  readonly signature: string;
  /** Values by name, unnamed ones by place; null: the selector is there, but what follows is something else. */
  readonly args: Json;
  /** The ABI that has it, as it was named when it was loaded; absent: it is one of Solidity's own errors. */
  readonly source?: string;
}

/** A call, decoded by its ABI. */
export interface DecodedFrame {
  readonly function?: DecodedByAbi;
  /** Return values by name; null: something else. */
  readonly returns?: Json;
  /** The error that it reverted with. */
  readonly revert?: DecodedByAbi;
}

/** Undefined: the ABI does not have it. */
export function decodedFrame(
  { type, isNative, input, output }: EthFrame,
  error: string | undefined,
  abi: ContractAbi,
): DecodedFrame | undefined {
  const isCreation = type === "CREATE" || type === "CREATE2";
  const call = isCreation || isNative ? undefined : abi.call(input);
  const result = call !== undefined && error === undefined ? abi.result(input, output) : undefined;
  const revert = error === EXECUTION_REVERTED ? abi.revert(output) : undefined;
  return decodedMatches({ ...(call && { call }), ...(result && { result }), ...(revert && { revert }) });
}

/** A call of a trace, in the form of `callTracer`'s frames. Undefined: the ABI does not have it. */
export function decodedCall(call: CallTrace, abi: ContractAbi): DecodedFrame | undefined {
  return decodedMatches(callByAbi(call, abi));
}

function decodedMatches({ call, result, revert }: CallByAbi): DecodedFrame | undefined {
  if (call === undefined && revert === undefined) return undefined;
  return {
    ...(call !== undefined && { function: shown(call) }),
    ...(result !== undefined && { returns: argsOf(result) }),
    ...(revert !== undefined && { revert: shown(revert) }),
  };
}

/** A contract's log, in the form of `callTracer`'s logs. Undefined: the ABI does not have it. */
export function decodedLog({ entries }: StampedEvent, abi: ContractAbi): DecodedByAbi | undefined {
  const log = topicsAndData(entries);
  const event = log && abi.event(log);
  return event && shown(event);
}

function shown(match: AbiMatch): DecodedByAbi {
  const { signature, source } = match;
  return { signature, args: argsOf(match), ...(source !== undefined && { source }) };
}

function argsOf({ args }: AbiMatch): Json {
  return args === undefined ? null : toJson({ kind: "record", fields: args });
}
