/** Something with entries, of which it can give up the last ones. */
export interface Listing {
  /** Entries that it has. */
  readonly size: number;
  /** Keeps so many entries. */
  cut(size: number): void;
}

/**
 * Room for entries that listings share: each has the same part, and what small ones do not need is for the larger.
 * Listings may come one by one; they never hold more than twice the room, and what came last.
 */
export class SharedRoom {
  private listings: Listing[] = [];
  private held = 0;

  constructor(readonly room: number) {}

  add(listing: Listing): void {
    if (listing.size === 0) return;
    this.listings.push(listing);
    this.held += listing.size;
    if (this.held > 2 * this.room) this.settle();
  }

  /** Cuts listings so that they fit. More listings make shares smaller, so nothing is cut that could have stayed. */
  settle(): void {
    if (this.held <= this.room) return;
    cutToFit(this.listings, this.room);
    this.listings = this.listings.filter(({ size }) => size > 0);
    this.held = this.listings.reduce((sum, { size }) => sum + size, 0);
  }
}

/** Cuts listings to fair shares of a room. */
export function cutToFit(listings: readonly Listing[], room: number): void {
  let left = room;
  let remaining = listings.length;
  for (const listing of listings.toSorted((a, b) => a.size - b.size)) {
    const share = Math.floor(left / remaining--);
    if (listing.size > share) listing.cut(share);
    left -= listing.size;
  }
}
