/** Outcome of a search. */
export interface LeastLimit {
  readonly limit: number;
  /** Limits that were tried. */
  readonly tried: number;
}

/**
 * The least limit that is enough: found next to the guess if it is good, else by steps that double and by halving what
 * is left. The limit is enough, and one less is not. Where more gas may be worse, it is the least of those around it.
 *
 * @param most known to be enough
 * @param guess from 1 to `most`
 */
export async function leastLimit(
  isEnough: (limit: number) => Promise<boolean>,
  most: number,
  guess: number,
): Promise<LeastLimit> {
  let [low, high, tried] = [0, most, 0];
  const tryLimit = async (limit: number): Promise<boolean> => {
    tried++;
    const enough = await isEnough(limit);
    if (enough) high = limit;
    else low = limit;
    return enough;
  };
  const isGood = guess === most || (await tryLimit(guess));
  // Code that sees how much gas is left may do the same with no other limit at all.
  if (!isGood && guess + 1 < most && !(await tryLimit(most - 1))) return { limit: most, tried };
  const direction = isGood ? -1 : 1;
  for (let step = 1; high - low > 1; step *= 2) {
    const next = guess + direction * step;
    if (next <= low || next >= high || (await tryLimit(next)) !== isGood) break;
  }
  while (high - low > 1) await tryLimit(low + Math.floor((high - low) / 2));
  return { limit: high, tried };
}
