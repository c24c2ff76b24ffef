import type { Cid } from "../encoding/cid.js";

/** An entry of a map or an array that is otherwise than in an earlier one. */
export interface EntryChange<K, V> {
  readonly key: K;
  /** Undefined: there was none. */
  readonly before: V | undefined;
  /** Undefined: there is none any more. */
  readonly after: V | undefined;
}

/** Two places of the same position in two trees: what is below them, or how their entries differ. */
export type Compared<P, C> =
  | { readonly kind: "branches"; readonly before: Slots<P>; readonly after: Slots<P> }
  | { readonly kind: "entries"; readonly changes: readonly C[] };

type Slots<P> = readonly (P | undefined)[];

/**
 * Compares two places that are not the same one. It may throw `MissingBlock`, and is then called again.
 *
 * @param path slot numbers from the root on
 */
export type ComparePlaces<P, C> = (
  before: P | undefined,
  after: P | undefined,
  path: readonly number[],
) => Compared<P, C>;

interface Frame<P> {
  readonly before: Slots<P>;
  readonly after: Slots<P>;
  /** CIDs of the places it compares; undefined if they cannot be met again. */
  readonly pair: string | undefined;
  slot: number;
  hasChanges: boolean;
}

/**
 * Walks two trees at once and yields how their entries differ. Subtrees that both have, by CID, are not read.
 * `next` may be called again after it has thrown `MissingBlock`: the walk goes on where it was, so that nothing is
 * read twice.
 *
 * Nodes may be shared, so few blocks of a hostile actor can make a tree without end. Pairs that were found equal are not
 * walked again: each step ends, and whoever stops after some changes has read in proportion to them.
 */
export class TreeDifference<P, C> implements IterableIterator<C, undefined> {
  readonly #compare: ComparePlaces<P, C>;
  readonly #frames: Frame<P>[];
  readonly #equal = new Set<string>();
  #found: readonly C[] = [];
  #given = 0;

  /** @param before the root of the earlier tree; of a tree that is only in memory, its node */
  constructor(before: P, after: P, compare: ComparePlaces<P, C>) {
    this.#compare = compare;
    this.#frames = [{ before: [before], after: [after], pair: undefined, slot: 0, hasChanges: false }];
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<C, undefined> {
    for (;;) {
      const found = this.#found[this.#given];
      if (found !== undefined) {
        this.#given++;
        return { done: false, value: found };
      }
      const frame = this.#frames.at(-1);
      if (frame === undefined) return { done: true, value: undefined };
      if (frame.slot < Math.max(frame.before.length, frame.after.length)) this.#visit(frame);
      else this.#leave(frame);
    }
  }

  #visit(frame: Frame<P>): void {
    const before = frame.before[frame.slot];
    const after = frame.after[frame.slot];
    const pair = before === after ? undefined : this.#pairOf(before, after);
    if (before === after || (pair !== undefined && this.#equal.has(pair))) {
      frame.slot++;
      return;
    }
    const path = this.#frames.slice(1).map(({ slot }) => slot);
    const compared = this.#compare(before, after, path);
    if (compared.kind === "branches") {
      this.#frames.push({ ...compared, pair, slot: 0, hasChanges: false });
      return;
    }
    this.#found = compared.changes;
    this.#given = 0;
    if (compared.changes.length > 0) frame.hasChanges = true;
    frame.slot++;
  }

  #leave({ pair, hasChanges }: Frame<P>): void {
    this.#frames.pop();
    const parent = this.#frames.at(-1);
    if (hasChanges && parent !== undefined) parent.hasChanges = true;
    if (!hasChanges && pair !== undefined) this.#equal.add(pair);
    if (parent !== undefined) parent.slot++;
  }

  /** The same CID means other things at other depths. */
  #pairOf(before: P | undefined, after: P | undefined): string | undefined {
    if (!isLink(before) || !isLink(after)) return undefined;
    return `${this.#frames.length} ${before?.length ?? 0} ${before ?? ""}${after ?? ""}`;
  }
}

function isLink(place: unknown): place is Cid | undefined {
  return place === undefined || typeof place === "string";
}
