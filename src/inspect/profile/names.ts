import { BuiltinActors } from "../../builtin/builtin-actors.js";
import type { Cid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";
import type { MessageTrace } from "../../vm/trace/trace.js";

/** Names of a called actor and of the method. */
export interface CalleeNames {
  /** Undefined: it is no builtin actor. */
  readonly type: string | undefined;
  /** The name, or the number if it has none. */
  readonly method: string;
}

/** Names of called actors, as the builtin actors of a message's state have them. */
export function calleeNames(
  trace: Pick<MessageTrace, "builtins" | "networkVersion">,
): (code: Cid, method: U64) => CalleeNames {
  const actors = BuiltinActors.of(trace);
  return (code, method) => {
    const type = actors.typeOf(code);
    return { type, method: actors.methodName(type, method) ?? String(method) };
  };
}
