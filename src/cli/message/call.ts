import { DAG_CBOR } from "../../encoding/codecs.js";
import { EMPTY_ARRAY, SingletonId } from "../../vm/state-tree/actor-state.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import type { MessageFacts } from "./facts.js";

/**
 * The message's call as far as the chain says what it was, for what decodes calls. Parameters and return values of
 * messages are CBOR, or nothing's.
 */
export function callOf({ message, receipt, actors }: MessageFacts): CallTrace {
  const { to, method, value, params, gasLimit } = message;
  const type = actors?.typeOf(to);
  const code = type && actors?.builtins.codeOf(type);
  const state = code && { code, state: EMPTY_ARRAY, nonce: 0, balance: 0n, delegatedAddress: undefined };
  return {
    from: SingletonId.System,
    to,
    method,
    value,
    params: blockOf(params),
    gasLimit,
    readOnly: false,
    callee: state && { id: SingletonId.System, state, isConstructor: false },
    steps: [],
    end:
      typeof receipt === "string"
        ? { kind: "fatal", text: receipt }
        : { kind: "exit", code: receipt.exitCode, value: blockOf(receipt.returnData) },
  };
}

function blockOf(data: Uint8Array): CallTrace["params"] {
  return data.length === 0 ? undefined : { codec: DAG_CBOR, data };
}
