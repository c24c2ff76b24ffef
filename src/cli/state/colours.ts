import type { Marks } from "../../inspect/state/text.js";

const colour = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[39m`;
/** Marks of terminals. */
export const COLOURS: Marks = {
  added: colour(32),
  removed: colour(31),
  changed: colour(33),
  title: (text) => `\x1b[1m${text}\x1b[22m`,
};
