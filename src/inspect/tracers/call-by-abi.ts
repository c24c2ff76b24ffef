import type { AbiMatch, ContractAbi } from "../../builtin/abi/index.js";
import { ExitCode } from "../../message/outcome.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import { REVERTED } from "./classify.js";
import { delegationOf } from "./evm-params.js";
import { EvmMethod } from "./methods.js";
import { payloadOf } from "./payload.js";

/** Matches of a contract's call in an ABI; what the ABI does not have is absent. */
export interface CallByAbi {
  readonly call?: AbiMatch;
  readonly result?: AbiMatch;
  readonly revert?: AbiMatch;
}

/** A call of a trace by contracts' ABIs, also one that DELEGATECALL makes, or a constructor's that reverts. */
export function callByAbi({ method, params, end }: CallTrace, abi: ContractAbi): CallByAbi {
  const input = inputOf({ method, params });
  const output = end.kind === "exit" ? payloadOf(end.value) : undefined;
  const call = input && abi.call(input);
  const isDone = end.kind === "exit" && end.code === ExitCode.Ok;
  const isReverted = end.kind === "exit" && end.code === REVERTED;
  const result = isDone && call !== undefined && input && output ? abi.result(input, output) : undefined;
  const revert = isReverted && output ? abi.revert(output) : undefined;
  return { ...(call && { call }), ...(result && { result }), ...(revert && { revert }) };
}

function inputOf(call: Pick<CallTrace, "method" | "params">): Uint8Array | undefined {
  if (call.method === EvmMethod.InvokeContract) return payloadOf(call.params);
  return call.method === EvmMethod.InvokeContractDelegate ? delegationOf(call)?.input : undefined;
}
