import type { Cid } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import { EXIT_CODE_NAMES } from "../../message/outcome.js";
import type { U64 } from "../../util/u64.js";
import type { ObservedBlock } from "../../vm/trace/observation.js";
import type { MessageTrace } from "../../vm/trace/trace.js";

/** A method of an actor. */
export interface MethodOf {
  /** Type of the actor, if it is known. */
  readonly type: string | undefined;
  readonly method: U64;
}

/** What things are called. Undefined: not known. */
export interface Names {
  /** Type of the builtin actors with this code, such as `storagemarket`. */
  type(code: Cid): string | undefined;
  method(of: MethodOf): string | undefined;
  params(of: MethodOf, block: ObservedBlock): string | undefined;
  returned(of: MethodOf, block: ObservedBlock): string | undefined;
  exitCode(code: number, type: string | undefined): string;
  /** What an event says, in a line. */
  event(event: StampedEvent): string | undefined;
  /** A value of an event's entry. */
  value(block: ObservedBlock): string | undefined;
  /** Category of a charge. */
  category(charge: string): string;
}

/** Names that a trace itself has: types of builtin actors. */
export function traceNames({ builtins }: MessageTrace): Names {
  const types = new Map(builtins.map(([name, code]) => [code, name]));
  return {
    type: (code) => types.get(code),
    method: () => undefined,
    params: () => undefined,
    returned: () => undefined,
    exitCode(code) {
      const name = EXIT_CODE_NAMES[code];
      return name === undefined ? `exit ${code}` : `exit ${code} (${name})`;
    },
    event: () => undefined,
    value: () => undefined,
    category: (charge) => charge,
  };
}
