import { HostFault } from "../../errors.js";
import type { StampedEvent } from "../../message/event.js";
import type { Message } from "../../message/message.js";
import type { Receipt } from "../../message/receipt.js";
import { forgetPromise } from "../../util/waits.js";
import type { GasCharge } from "../gas/charges.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { NativeObservations } from "./native-observations.js";
import type { Observation, ObservationOf, Observer } from "./observation.js";

/**
 * Tells an observer what a machine does, once it holds: a step that has to wait is undone and done again, so
 * what it did is kept back until its end. What it tells is the observer's own, and no part of the machine. Machines
 * that nobody observes have none.
 */
export class Recorder {
  private readonly pending: Observation[] = [];

  constructor(
    private readonly observer: Observer,
    private readonly native: NativeObservations,
    /** The machine's. */
    private readonly place: Pick<ObservationOf<"message">, "networkVersion" | "epoch" | "builtins">,
  ) {}

  note(observation: Observation): void {
    this.pending.push(observation);
  }

  readonly charge = ({ name, compute, other }: GasCharge): void => {
    this.pending.push({ kind: "charge", name, compute, other });
  };

  stateRead(id: ActorId, actor: ActorState | undefined): void {
    this.pending.push({ kind: "stateRead", id, state: actor && { ...actor } });
  }

  stateWrite(id: ActorId, actor: ActorState | undefined): void {
    this.pending.push({ kind: "stateWrite", id, state: actor && { ...actor } });
  }

  event({ emitter, entries }: StampedEvent): void {
    const copies = entries.map((entry) => ({ ...entry, value: entry.value.slice() }));
    this.pending.push({ kind: "event", event: { emitter, entries: copies } });
  }

  /** Takes what C++ has observed, which is never undone. */
  takeNative(): void {
    this.commit();
    this.telling(() => this.native.take(this.tell));
  }

  begin(message: Message, isExplicit: boolean): void {
    this.pending.length = 0;
    const copy = { ...message, params: message.params.slice() };
    const builtins = this.place.builtins.map(([name, code]) => [name, code] as const);
    this.note({ kind: "message", message: copy, isExplicit, ...this.place, builtins });
  }

  end(receipt: Receipt): void {
    this.note({ kind: "receipt", receipt: { ...receipt, returnData: receipt.returnData.slice() } });
    this.commit();
  }

  /** Keeps what was noted. */
  commit(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    this.telling(() => pending.forEach(this.tell));
    pending.length = 0;
  }

  /** Forgets what was noted: it is undone. */
  discard(): void {
    this.pending.length = 0;
  }

  private readonly tell = (observation: Observation): void => {
    const answer: unknown = this.observer(observation);
    if (answer !== undefined) forgetPromise(answer);
  };

  private telling(act: () => void): void {
    try {
      act();
    } catch (cause) {
      throw new HostFault("EXTERN_FAILED", { question: "observer" }, { cause });
    }
  }
}
