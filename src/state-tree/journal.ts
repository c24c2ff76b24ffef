/**
 * The undo log of all maps that belong to a machine's state. A transaction is the log's height where it
 * began; reverting it is a rollback to that height. Source: fvm/src/history_map.rs.
 */
export class Journal {
  /** For each change three items: map, key, and the value before. */
  private readonly log: unknown[] = [];

  get height(): number {
    return this.log.length;
  }

  /** To be called before each change. */
  record(map: Map<unknown, unknown>, key: unknown): void {
    this.log.push(map, key, map.get(key));
  }

  rollback(height: number): void {
    while (this.log.length > height) {
      const value = this.log.pop();
      const key = this.log.pop();
      const map = this.log.pop() as Map<unknown, unknown>;
      if (value === undefined) map.delete(key);
      else map.set(key, value);
    }
  }

  /** Makes all changes permanent. */
  commit(): void {
    this.log.length = 0;
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

  /** Not to be undone. */
  clear(): void {
    if (this.map.size > 0) this.map.clear();
  }
}
