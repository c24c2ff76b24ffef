/** A transfer between accounts, by their numbers. */
export type Send = readonly [from: number, to: number];

/** The same ones for a round each time. No account occurs twice. */
export function randomSends(accounts: number, sends: number, round: number): Send[] {
  const random = generator(round);
  const drawn = new Set<number>();
  while (drawn.size < 2 * sends) drawn.add(Math.floor(random() * accounts));
  const list = [...drawn];
  return Array.from({ length: sends }, (_, index) => [list[2 * index] ?? 0, list[2 * index + 1] ?? 0]);
}

/** Numbers from 0 to 1 (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
