import type { CallTrace } from "../vm/trace/trace.js";
import type { ActorType } from "./actors/index.js";
import type { BuiltinActors } from "./builtin-actors.js";
import type { Decoded } from "./schema/decode.js";
import type { DecodeLimits } from "./values/limits.js";

/** A call as people know it. */
export interface DecodedCall {
  /** Type of the receiver; undefined: it is no builtin actor, or was not found. */
  readonly type: ActorType | undefined;
  /** The method's name, if that is known. */
  readonly method: string | undefined;
  /** Undefined: none. */
  readonly params: Decoded | undefined;
  /** Undefined: nothing, or the call did not end with an exit code. */
  readonly returns: Decoded | undefined;
}

/** Decodes a call of a trace, without those that it makes. */
export function decodeCall(call: CallTrace, actors: BuiltinActors, limits?: DecodeLimits): DecodedCall {
  const { callee, method, params, end } = call;
  const type = callee === undefined ? undefined : actors.typeOf(callee.state.code);
  return {
    type,
    method: actors.methodName(type, method),
    params: actors.decodeParams(type, method, params, limits),
    returns: end.kind === "exit" ? actors.decodeReturn(type, method, end.value, end.code, limits) : undefined,
  };
}
