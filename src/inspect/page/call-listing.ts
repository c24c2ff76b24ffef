import type { Amount, PageCall, PageMessage } from "./data.js";
import { cutToFit, type Listing } from "./share.js";

/** Numbers that make up a charge, or a block, in its list. */
export const TRIPLE = 3;

/** Charges or blocks of one call. */
class ListOfCall implements Listing {
  constructor(private readonly list: Amount[] | number[]) {}

  get size(): number {
    return this.list.length / TRIPLE;
  }

  cut(size: number): void {
    this.list.length = size * TRIPLE;
  }
}

/** Charges or blocks of all calls of a message, which share what the message has room for. */
export class ListOfMessage implements Listing {
  /** Entries of all calls. */
  size: number;
  private readonly lists: readonly ListOfCall[];

  /** @param onCut is told how many entries went */
  constructor(
    calls: readonly (Amount[] | number[])[],
    private readonly onCut: (count: number) => void,
  ) {
    this.lists = calls.filter(({ length }) => length > 0).map((list) => new ListOfCall(list));
    this.size = sizeOf(this.lists);
  }

  cut(size: number): void {
    cutToFit(this.lists, size);
    const kept = sizeOf(this.lists);
    this.onCut(this.size - kept);
    this.size = kept;
  }
}

function sizeOf(lists: readonly ListOfCall[]): number {
  return lists.reduce((sum, { size }) => sum + size, 0);
}

/** A message without texts that only blocks used that are listed no more. Places of the others stay. */
export function withoutUnused(message: PageMessage): PageMessage {
  const { calls, strings, omitted } = message;
  if (omitted.blocks === 0) return message;
  const used = new Set<number>();
  for (const { sums, blocks } of calls) {
    for (const [name] of sums) used.add(name);
    for (let at = 1; at < blocks.length; at += TRIPLE) used.add(blocks[at] as number);
  }
  return { ...message, strings: strings.map((text, at) => (used.has(at) ? text : "")) };
}

/** Charges that a call made, listed or not. */
export function chargeCount({ sums }: Pick<PageCall, "sums">): number {
  return sums.reduce((total, [, count]) => total + count, 0);
}
