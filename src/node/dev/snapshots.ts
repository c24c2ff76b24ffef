import type { PoolSnapshot } from "../pool/message-pool.js";
import type { ClockState } from "./clock.js";
import type { ChainPlace } from "./producer.js";

/** All there was at some time. */
export interface Snapshot {
  readonly place: ChainPlace;
  readonly clock: ClockState;
  readonly pool: PoolSnapshot;
}

/** Snapshots that are kept; older ones are forgotten. */
const MOST = 10_000;

/** Snapshots by number. Each has a higher one than all before it, gone ones too. */
export class Snapshots {
  /** In the order of their numbers. */
  readonly #byId: Map<number, Snapshot>;
  #last: number;
  /** Changes since they were last asked for; undefined: nobody asks. */
  #changes: Map<number, Snapshot | undefined> | undefined;

  /** @param kept those that there were, and the last number; nobody asks for changes if they are not kept */
  constructor(kept?: { readonly byId: ReadonlyMap<number, Snapshot>; readonly last: number }) {
    this.#byId = new Map([...(kept?.byId ?? [])].sort(([a], [b]) => a - b));
    this.#last = kept?.last ?? 0;
    this.#changes = kept && new Map();
  }

  /** The highest number that there has been. */
  get last(): number {
    return this.#last;
  }

  /** @returns its number */
  add(snapshot: Snapshot): number {
    this.#set(++this.#last, snapshot);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MOST && oldest !== undefined) this.#set(oldest, undefined);
    return this.#last;
  }

  get(id: number): Snapshot | undefined {
    return this.#byId.get(id);
  }

  /** Forgets a snapshot and the later ones. */
  forgetFrom(id: number): void {
    for (const other of [...this.#byId.keys()]) if (other >= id) this.#set(other, undefined);
  }

  /** Changes since the last call; undefined: it is gone. */
  takeChanges(): ReadonlyMap<number, Snapshot | undefined> {
    const changes = this.#changes ?? new Map<number, Snapshot | undefined>();
    if (this.#changes !== undefined) this.#changes = new Map();
    return changes;
  }

  #set(id: number, snapshot: Snapshot | undefined): void {
    if (snapshot === undefined) this.#byId.delete(id);
    else this.#byId.set(id, snapshot);
    this.#changes?.set(id, snapshot);
  }
}
