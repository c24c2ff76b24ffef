import type { EpochRange } from "../store/ranges.js";

/** Epochs for which a thread is worth it, at least: beginning costs something. */
export const LEAST_EPOCHS = 32;
/** Epochs of a piece of work, at most: it is done again from its beginning if it is interrupted. */
const MOST_EPOCHS = 1000;
/** Pieces for each thread, so that all have something to do up to the end. */
const PIECES_PER_THREAD = 8;

/** Parts of a range that are in none of these, in order. */
export function without({ from, to }: EpochRange, ranges: readonly EpochRange[]): EpochRange[] {
  const rest: EpochRange[] = [];
  let next = from;
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    if (range.to < next || range.from > to) continue;
    if (range.from > next) rest.push({ from: next, to: range.from - 1 });
    next = range.to + 1;
  }
  if (next <= to) rest.push({ from: next, to });
  return rest;
}

/**
 * Pieces of a range for threads, in order. A piece begins where the state that it is executed on is there; a range none
 * of whose states but the first is there stays whole.
 *
 * @param states epochs of tipsets whose state is there
 */
export function pieces(range: EpochRange, states: readonly EpochRange[], threads: number): EpochRange[] {
  const epochs = range.to - range.from + 1;
  const wanted = Math.ceil(epochs / (threads * PIECES_PER_THREAD));
  const length = Math.min(Math.max(wanted, LEAST_EPOCHS), MOST_EPOCHS);
  const isStart = (epoch: number) => states.some(({ from, to }) => from <= epoch && epoch <= to);
  const starts = [range.from];
  for (let epoch = range.from + length; epoch <= range.to; epoch += length) {
    if (isStart(epoch)) starts.push(epoch);
  }
  return starts.map((from, i) => ({ from, to: (starts[i + 1] ?? range.to + 1) - 1 }));
}
