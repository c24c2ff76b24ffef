/** A counter: its state is a number. */
import { fail, type Powers } from "fvm:actor";

/** Begins with a number. */
export const Constructor = (start: number, { state }: Powers<number>) => state.set(start);

/** Adds a number; the new count. */
export const Increment = (by: number, { state }: Powers<number>): number => {
  if (!(by > 0)) throw fail(16, "an increment of nothing");
  const count = (state.get() ?? 0) + by;
  state.set(count);
  return count;
};

/** The count. */
export const Count = (_: undefined, { state }: Powers<number>) => state.get();
