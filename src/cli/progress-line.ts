/** How far some work has got. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Plural noun. */
  readonly unit: string;
  /** Milliseconds that it has taken. */
  readonly elapsed: number;
  /** What was done already when it began: it tells nothing about speed. */
  readonly before?: number;
}

/** Such as `12,300 of 45,000 tipsets, 210/s, 3 min left`. */
export function progressLine(progress: Progress): string {
  const { done, total, unit, elapsed, before = 0 } = progress;
  return `${count(done)} of ${count(total)} ${unit}, ${count(perSecond(done - before, elapsed))}/s${timeLeft(progress)}`;
}

/** Such as `, 3 min left`; nothing as long as nobody can know. */
export function timeLeft({ done, total, elapsed, before = 0 }: Omit<Progress, "unit">): string {
  const speed = perSecond(done - before, elapsed);
  return speed > 0 ? `, ${duration((total - done) / speed)} left` : "";
}

/** @param elapsed milliseconds */
export function perSecond(done: number, elapsed: number): number {
  return elapsed > 0 ? (done * 1000) / elapsed : 0;
}

/** With separators of thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${UNITS[power]}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
