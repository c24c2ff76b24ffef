/** Most items of the log that stay allocated between messages. */
const KEPT_ITEMS = 4096;

/** A place for a value whose changes a journal can undo. */
export class Cell<V> {
  value: V | undefined;

  /** @param key of its entry */
  constructor(readonly key: unknown) {}
}

/** Cells with the value that they had at some earlier time. */
export type Before = ReadonlyMap<Cell<unknown>, unknown>;

/**
 * The undo log of all values that belong to a machine's state. A transaction is the log's height where it
 * began; reverting it is a rollback to that height. Source: fvm/src/history_map.rs.
 */
export class Journal {
  /** For each change two items: cell, and the value before. Longer than `height`: growing costs more. */
  private readonly log: unknown[] = [];
  private items = 0;

  get height(): number {
    return this.items;
  }

  set<V>(cell: Cell<V>, value: V | undefined): void {
    if (cell.value === value) return;
    const { log, items } = this;
    log[items] = cell;
    log[items + 1] = cell.value;
    this.items = items + 2;
    cell.value = value;
  }

  rollback(height: number): void {
    const { log } = this;
    while (this.items > height) {
      this.items -= 2;
      (log[this.items] as Cell<unknown>).value = log[this.items + 1];
    }
  }

  /** The cells that have changed since the last commit, with their values at that time. */
  before(): Before {
    const { log, items } = this;
    const before = new Map<Cell<unknown>, unknown>();
    for (let i = 0; i < items; i += 2) {
      const cell = log[i] as Cell<unknown>;
      if (!before.has(cell)) before.set(cell, log[i + 1]);
    }
    return before;
  }

  /** Makes all changes permanent. */
  commit(): void {
    this.items = 0;
    if (this.log.length > KEPT_ITEMS) this.log.length = 0;
  }
}

/** A map whose changes can be undone. */
export class JournaledMap<K, V extends NonNullable<unknown> | null> {
  /** A cell without a value is no entry. */
  private readonly cells = new Map<K, Cell<V>>();

  constructor(private readonly journal: Journal) {}

  get(key: K): V | undefined {
    return this.cells.get(key)?.value;
  }

  set(key: K, value: V): void {
    this.journal.set(this.cell(key), value);
  }

  /** Forgets all entries, for which nothing is left to undo. */
  clear(): void {
    this.cells.clear();
  }

  /** Keeps a fact that stays true whatever is undone. */
  cache(key: K, value: V): void {
    this.cell(key).value = value;
  }

  /** The place of an entry, whether there is one or not; to be changed through the journal. */
  cell(key: K): Cell<V> {
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = new Cell(key);
      this.cells.set(key, cell);
    }
    return cell;
  }

  /** The value that an entry had. */
  valueIn(before: Before, key: K): V | undefined {
    const cell = this.cells.get(key);
    if (cell === undefined) return undefined;
    return before.has(cell) ? (before.get(cell) as V | undefined) : cell.value;
  }

  /** The keys of those cells that are this map's. */
  keysIn(before: Before): K[] {
    return [...before.keys()].flatMap((cell) => {
      const key = cell.key as K;
      return this.cells.get(key) === cell ? [key] : [];
    });
  }
}
