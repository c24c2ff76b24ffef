import type { Message } from "../../message/message.js";
import type { ManifestEntry } from "../state-tree/manifest.js";
import type { CallEnd, Observation, ObservationOf, Observer } from "./observation.js";

/** Things that happen within a call, in order. Sub-calls are steps, too. */
export type TraceStep =
  | ObservationOf<"charge" | "event" | "stateRead" | "stateWrite" | "blockRead" | "blockWrite" | "log">
  | { readonly kind: "call"; readonly call: CallTrace };

/** A call, and all that it did: see the observations of these names. */
export interface CallTrace extends Omit<ObservationOf<"call">, "kind"> {
  /** The receiver as it was found; undefined if the call failed before that. */
  readonly callee: Omit<ObservationOf<"callee">, "kind"> | undefined;
  readonly steps: readonly TraceStep[];
  readonly end: CallEnd;
}

/** The calls of a message. Plain data. */
export interface MessageTrace {
  readonly networkVersion: number;
  readonly epoch: number;
  /** Builtin actors of the state, by which codes are named. */
  readonly builtins: readonly ManifestEntry[];
  readonly message: Message;
  /** Names of exported methods of contracts that are called, by number, if somebody has looked them up. */
  readonly methodNames?: ReadonlyMap<number, string>;
  /** The message's own call, its inclusion charged in it; undefined if the message failed preflight. */
  readonly call: CallTrace | undefined;
}

/** A call that has not ended. */
interface OpenCall extends Omit<ObservationOf<"call">, "kind"> {
  callee: CallTrace["callee"];
  steps: TraceStep[];
  end: CallEnd | undefined;
}

/** Makes trees of what messages do, one message after the other. */
export class Tracer {
  private message: ObservationOf<"message"> | undefined;
  private first: OpenCall | undefined;
  private open: OpenCall[] = [];
  /** Charges before the first call. */
  private before: TraceStep[] = [];

  /** @param next is told the same */
  constructor(private readonly next?: Observer) {}

  readonly observer: Observer = (observation) => {
    this.take(observation);
    return this.next?.(observation);
  };

  private take(observation: Observation): void {
    switch (observation.kind) {
      case "message":
        this.message = observation;
        this.first = undefined;
        this.open = [];
        this.before = [];
        return;
      case "receipt":
        return;
      case "call":
        this.begin(observation);
        return;
      case "callee":
        this.found(observation);
        return;
      case "return":
        this.end(observation.end);
        return;
      default:
        (this.open.at(-1)?.steps ?? this.before).push(observation);
    }
  }

  /** The message that has ended last. Throws if there is none. */
  trace(): MessageTrace {
    if (this.message === undefined) throw new Error("no message was traced");
    const { networkVersion, epoch, builtins, message } = this.message;
    return { networkVersion, epoch, builtins, message, call: this.first as CallTrace | undefined };
  }

  private begin({ kind, ...about }: ObservationOf<"call">): void {
    const caller = this.open.at(-1);
    const call: OpenCall = { ...about, callee: undefined, steps: [], end: undefined };
    if (caller === undefined) {
      call.steps = this.before;
      this.first = call;
    } else {
      caller.steps.push({ kind, call: call as CallTrace });
    }
    this.open.push(call);
  }

  private found({ kind, ...callee }: ObservationOf<"callee">): void {
    const call = this.open.at(-1);
    if (call !== undefined) call.callee = callee;
  }

  private end(end: CallEnd): void {
    const call = this.open.pop();
    if (call !== undefined) call.end = end;
  }
}
