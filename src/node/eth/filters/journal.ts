/**
 * Things that happened, in order, as far as they are kept. Readers hold no more than a number, so any number of them may
 * follow: what nobody has read for long is dropped, the oldest first.
 */
export class Journal<T> {
  #items: T[] = [];
  /** Number of the first item that is kept. */
  #first = 0;

  /** @param limit items that are kept, at least */
  constructor(private readonly limit: number) {}

  /** Number of the item that comes next. */
  get next(): number {
    return this.#first + this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length < 2 * this.limit) return;
    this.#items = this.#items.slice(this.limit);
    this.#first += this.limit;
  }

  /** The items from a number on. */
  since(number: number): readonly T[] {
    return this.#items.slice(Math.max(0, number - this.#first));
  }
}
