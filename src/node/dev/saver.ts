import type { DevRecord } from "./dev-record.js";
import type { DevStore } from "./dev-store.js";
import type { EntryChanges } from "./kept-entries.js";

/** All that a chain has to keep beside its blocks. */
export interface Saving {
  readonly record: DevRecord;
  /** Since this was last asked. */
  readonly changes: EntryChanges;
}

/** Saves a chain when something has changed, one time after the other. */
export class Saver {
  #saved: string | undefined;
  /** Changes that a failed save has left. */
  #unsaved: EntryChanges = new Map();

  constructor(
    private readonly store: DevStore,
    private readonly current: () => Promise<Saving>,
  ) {}

  /** Throws what `DevStore.save` throws; the next time, all is saved then. */
  async save(): Promise<void> {
    const { record, changes } = await this.current();
    this.#unsaved = new Map([...this.#unsaved, ...changes]);
    const { head, unsigned, snapshots, clock } = record;
    const name = JSON.stringify([head, unsigned, snapshots, clock]);
    if (name === this.#saved && this.#unsaved.size === 0) return;
    await this.store.save(record, this.#unsaved);
    this.#unsaved = new Map();
    this.#saved = name;
  }
}
