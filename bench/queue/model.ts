/** How long fleets of workers would take, from what tipsets cost: ranges are cut and given out as the queue does it. */
import { Draw } from "#src/chain/devnet/draw.js";
import { RangeCutter, RangeSizes } from "#src/queue/range-sizes.js";

export interface ModelOptions {
  readonly tipsets: number;
  /** Milliseconds of a tipset, on average. */
  readonly ms: number;
  /** Standard deviation of the logarithm of a tipset's cost. */
  readonly sigma: number;
  /** Milliseconds that a range is to take. */
  readonly rangeMs: number;
  /** Milliseconds that a range takes besides its tipsets: from its end to the next one's beginning. */
  readonly overheadMs: number;
  /** Bytes that a tipset reads from the store. */
  readonly bytes: number;
  /** Commands of the queue's server for a range. */
  readonly commands: number;
}

export interface ModelResult {
  readonly workers: number;
  readonly seconds: number;
  /** Part of the workers' time in which they execute. */
  readonly busy: number;
  readonly ranges: number;
  /** Load of the queue's server. */
  readonly commandsPerSecond: number;
  /** Load of the store. */
  readonly mebibytesPerSecond: number;
}

/** Tipsets whose costs have something to do with each other: busy and quiet hours. */
const TOGETHER = 120;

export function model(workers: number, options: ModelOptions): ModelResult {
  const costs = costsOf(options);
  const whole = { from: 0, to: options.tipsets - 1 };
  const cutter = new RangeCutter(whole, [], [whole]);
  const sizes = new RangeSizes(options.rangeMs);
  const free = Array.from({ length: workers }, () => 0);
  /** Ranges at work: when they end, and what they tell then. */
  const open: { readonly at: number; readonly epochs: number; readonly ms: number }[] = [];
  let [ranges, work, end] = [0, 0, 0];
  for (;;) {
    const worker = free.indexOf(Math.min(...free));
    const now = free[worker] as number;
    for (const { epochs, ms } of open.filter(({ at }) => at <= now)) sizes.measured(epochs, ms);
    open.splice(0, open.length, ...open.filter(({ at }) => at > now));
    const range = cutter.next(sizes.next(cutter.left, workers));
    if (range === undefined) break;
    const ms = costs.slice(range.from, range.to + 1).reduce((sum, cost) => sum + cost, 0);
    const at = now + ms + options.overheadMs;
    free[worker] = at;
    open.push({ at, epochs: range.to - range.from + 1, ms });
    ranges++;
    work += ms;
    end = Math.max(end, at);
  }
  const seconds = end / 1000;
  return {
    workers,
    seconds,
    busy: work / (end * workers),
    ranges,
    commandsPerSecond: (ranges * options.commands) / seconds,
    mebibytesPerSecond: (options.tipsets * options.bytes) / 2 ** 20 / seconds,
  };
}

/** The same ones each time, log-normal around a mean that changes from hour to hour. */
function costsOf({ tipsets, ms, sigma }: ModelOptions): number[] {
  const draw = new Draw("model").of("costs");
  const uniform = () => (draw.below(1 << 30) + 1) / (1 << 30);
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const half = sigma / Math.SQRT2;
  let hour = 0;
  const costs = Array.from({ length: tipsets }, (_, i) => {
    if (i % TOGETHER === 0) hour = half * normal();
    return Math.exp(hour + half * normal());
  });
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / tipsets;
  return costs.map((cost) => (cost * ms) / mean);
}
