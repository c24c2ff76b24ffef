/** One line that is rewritten on a terminal, and now and then a new line elsewhere (logs, CI). */
const LOG_INTERVAL_MS = 15_000;

export class Progress {
  #what;
  #total;
  #done = new Set();
  #started = Date.now();
  #shown = 0;

  constructor(what, total) {
    this.#what = what;
    this.#total = total;
  }

  /** Marks one item as done; the same item again changes nothing. */
  done(item) {
    this.#done.add(item);
    this.#show(item);
  }

  finish() {
    const line = `${this.#what}: done after ${this.#elapsed()}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
  }

  #show(item) {
    const line = `${this.#what}: ${this.#done.size} of ${this.#total} crates, ${this.#elapsed()} (${item})`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`);
    } else if (Date.now() - this.#shown >= LOG_INTERVAL_MS) {
      this.#shown = Date.now();
      process.stderr.write(`${line}\n`);
    }
  }

  #elapsed() {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
  }
}
