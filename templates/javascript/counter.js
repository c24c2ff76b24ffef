/** A counter: its state is a number. */
import { fail } from "fvm:actor";

/** Begins with a number. */
export const Constructor = (start, { state }) => state.set(start);

/** Adds a number; the new count. */
export const Increment = (by, { state }) => {
  if (!(by > 0)) throw fail(16, "an increment of nothing");
  const count = state.get() + by;
  state.set(count);
  return count;
};

/** The count. */
export const Count = (_, { state }) => state.get();
