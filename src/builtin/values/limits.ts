/** How much of a value is decoded. */
export interface DecodeLimits {
  /** Items of all lists, maps and bit fields together. Default 10,000. */
  readonly maxItems?: number;
  /** Levels of nesting. Default 64, and never more. */
  readonly maxDepth?: number;
}

const MAX_ITEMS = 10_000;
/** Decoding is recursive. */
const MAX_DEPTH = 64;

/** Limits that remain while a value is decoded. */
export class Budget {
  private items: number;
  private depth: number;

  constructor({ maxItems = MAX_ITEMS, maxDepth = MAX_DEPTH }: DecodeLimits = {}) {
    this.items = maxItems;
    this.depth = Math.min(maxDepth, MAX_DEPTH);
  }

  /** Takes an item; false if there is none left. */
  takeItem(): boolean {
    return this.items > 0 && this.items-- > 0;
  }

  /** Whether there may be another level. */
  get isDeep(): boolean {
    return this.depth <= 0;
  }

  /** The result of `make`, one level down. */
  below<T>(make: () => T): T {
    this.depth--;
    try {
      return make();
    } finally {
      this.depth++;
    }
  }
}
