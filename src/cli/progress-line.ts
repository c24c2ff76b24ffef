/** How far some work has got. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Plural noun. */
  readonly unit: string;
  /** Milliseconds that it has taken. */
  readonly elapsed: number;
  /** Amount that was done already when it began: it tells nothing about speed. */
  readonly before?: number;
}

/** Clock of stages: milliseconds since the one that is named began. */
export function stageClock(): (stage: string) => number {
  let current = "";
  let began = 0;
  return (stage) => {
    if (stage !== current) began = performance.now();
    current = stage;
    return performance.now() - began;
  };
}

/** Such as `12,300 of 45,000 tipsets, 210/s, 3 min left`. */
export function progressLine(progress: Progress): string {
  const { done, total, unit, elapsed, before = 0 } = progress;
  return `${count(done)} of ${count(total)} ${unit}${rateText(done - before, elapsed)}${timeLeft(progress)}`;
}

/** Such as `, 3 min left`; nothing as long as nobody can know. */
export function timeLeft({ done, total, elapsed, before = 0 }: Omit<Progress, "unit">): string {
  const speed = perSecond(done - before, elapsed) ?? 0;
  return speed > 0 ? `, ${duration((total - done) / speed)} left` : "";
}

/** Such as `, 210 blocks/s`; nothing as long as nobody can know. */
export function rateText(done: number, elapsed: number, unit = ""): string {
  const speed = perSecond(done, elapsed);
  return speed === undefined ? "" : `, ${count(speed)}${unit && ` ${unit}`}/s`;
}

/** Before that a speed is mostly chance. */
const LEAST_ELAPSED_MS = 500;

/** Undefined as long as it means nothing. @param elapsed milliseconds */
function perSecond(done: number, elapsed: number): number | undefined {
  return elapsed < LEAST_ELAPSED_MS ? undefined : (done * 1000) / elapsed;
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

/** Such as `3 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
