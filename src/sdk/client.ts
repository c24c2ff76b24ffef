/** Clients of actors: a function for each method. */
import { FvmError } from "../errors.js";
import type { ActorManifest } from "./manifest.js";
import { type ActorValue, decodeValue, encodeValue } from "./values.js";

/** A call of an actor's method, on a network. */
export interface ActorCall {
  readonly name: string;
  readonly method: number;
  readonly params: Uint8Array;
  /** attoFIL. */
  readonly value: bigint;
}

/** Options of a call. */
export interface CallOptions {
  /** attoFIL that the call brings along. Default 0. */
  readonly value?: bigint;
}

/** A client as JavaScript sees it; `fvm actor build` writes the declarations of an actor's own. */
export type ActorClient = Readonly<
  Record<string, (...args: (ActorValue | CallOptions)[]) => Promise<ActorValue | undefined>>
>;

/**
 * A client of an actor. A method takes its parameter, if it has one (a tuple as an array), and options.
 *
 * @param send sends the call; what it returned. Throws if that is no success
 */
export function actorClient(
  { methods }: ActorManifest,
  send: (call: ActorCall) => Promise<Uint8Array>,
): ActorClient {
  const entries = [...methods]
    .filter(([name]) => name !== "Constructor")
    .map(([name, { number, params, returns }]) => {
      const call = async (...args: (ActorValue | CallOptions)[]) => {
        const most = params === undefined ? 1 : 2;
        if (args.length > most) {
          throw new FvmError("INVALID_OPTION", { option: name, reason: `${args.length} arguments` });
        }
        const { value = 0n } = (args[most - 1] ?? {}) as CallOptions;
        const encoded = params === undefined ? new Uint8Array() : encodeValue(params, args[0], name);
        const answer = await send({ name, method: number, params: encoded, value });
        return returns === undefined ? undefined : decodeValue(returns, answer);
      };
      return [name, call] as const;
    });
  return Object.fromEntries(entries);
}
