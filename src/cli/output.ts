import type { Output } from "./command.js";

/** Shows at most so many progress lines a second. */
const PROGRESS_INTERVAL_MS = 100;

/** Writes to the process's own streams. */
export function processOutput(): Output {
  // Whoever read our answer has seen enough of it.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  const isTerminal = process.stderr.isTTY === true;
  let shownAt = 0;
  let isLineOpen = false;
  const clear = () => {
    if (isLineOpen) process.stderr.write("\r\x1b[K");
    isLineOpen = false;
  };
  return {
    answer(text) {
      clear();
      process.stdout.write(`${text}\n`);
    },
    note(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!isTerminal || Date.now() - shownAt < PROGRESS_INTERVAL_MS) return;
      shownAt = Date.now();
      isLineOpen = true;
      process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
    },
  };
}
