import type { Output } from "./command.js";
import { ExitStatus } from "./exit-status.js";

/** Time between lines of progress: on a terminal one line is rewritten, a log gets a line now and then. */
const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** Writes to the process's own streams. */
export function processOutput(): Output {
  // Whoever read our answer has seen enough of it.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`fvm: the answer cannot be written: ${error.message}\n`);
    process.exit(ExitStatus.Broken);
  });
  // Without a listener an error that nobody hears would end the work.
  process.stderr.on("error", () => {});
  const isTerminal = process.stderr.isTTY === true;
  let shownAt = Date.now();
  let isLineOpen = false;
  const clear = () => {
    if (isLineOpen) process.stderr.write("\r\x1b[K");
    isLineOpen = false;
  };
  return {
    // Only a terminal has the method, which also heeds NO_COLOR and FORCE_COLOR.
    hasColours: process.stdout.hasColors?.() === true,
    answer(text) {
      clear();
      process.stdout.write(`${text}\n`);
    },
    note(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress(text) {
      if (Date.now() - shownAt < (isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return;
      shownAt = Date.now();
      isLineOpen = isTerminal;
      const line = isTerminal ? `\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}` : `${text}\n`;
      process.stderr.write(line);
    },
  };
}
