/** Most items of the log that stay allocated between messages. */
const KEPT_ITEMS = 4096;

/**
 * The undo log of all maps that belong to a machine's state. A transaction is the log's height where it
 * began; reverting it is a rollback to that height. Source: fvm/src/history_map.rs.
 */
export class Journal {
  /** For each change three items: map, key, and the value before. Longer than `height`: growing costs more. */
  private readonly log: unknown[] = [];
  private items = 0;

  get height(): number {
    return this.items;
  }

  /** To be called before each change. */
  record(map: Map<unknown, unknown>, key: unknown): void {
    const { log, items } = this;
    log[items] = map;
    log[items + 1] = key;
    log[items + 2] = map.get(key);
    this.items = items + 3;
  }

  rollback(height: number): void {
    const { log } = this;
    while (this.items > height) {
      this.items -= 3;
      const map = log[this.items] as Map<unknown, unknown>;
      const key = log[this.items + 1];
      const value = log[this.items + 2];
      if (value === undefined) map.delete(key);
      else map.set(key, value);
    }
  }

  /** Makes all changes permanent. */
  commit(): void {
    this.items = 0;
    if (this.log.length > KEPT_ITEMS) this.log.length = 0;
  }
}

/** A map whose changes can be undone. */
export class JournaledMap<K, V extends NonNullable<unknown> | null> {
  private readonly map = new Map<K, V>();

  constructor(private readonly journal: Journal) {}

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  set(key: K, value: V): void {
    this.journal.record(this.map as Map<unknown, unknown>, key);
    this.map.set(key, value);
  }

  /** Keeps a fact that stays true whatever is undone. */
  cache(key: K, value: V): void {
    this.map.set(key, value);
  }
}
