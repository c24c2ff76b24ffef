/** Groups of vectors that are compared, by path. */

export interface Group {
  /** As `--group` takes it. */
  readonly name: string;
  readonly title: string;
  readonly source: Source;
  /** Each is a line of the result. */
  readonly measures: readonly Measure[];
  readonly pace: Pace;
}

/** How long vectors of a kind take, and what follows from that. */
export interface Pace {
  /** How often each process goes over its vectors per round, so that each is executed at many times. */
  readonly passes: number;
  /** How often each vector is executed in a row. Its first execution finds caches cold. */
  readonly repeat: number;
  /** Milliseconds of a turn: many times an execution. */
  readonly turnMs: number;
}

/**
 * `apply`: messages alone, as the reference's own benchmark measures. `run`: from a state root to the
 * next, with the set-up of machines and the flush.
 */
export type Measure = "apply" | "run";

export type Source =
  /** Vectors whose path under the vector folder matches. */
  | { readonly files: RegExp }
  /** A vector made of another one's message, repeated on one machine. */
  | { readonly chain: Chain };

export interface Chain {
  /** Path of a vector that ends with the message. */
  readonly template: string;
  /** Messages in all. */
  readonly length: number;
}

const NEWEST = "generated/nv28";

/** Microseconds each: often enough for the compiler of JavaScript, as in a node that runs for days. */
const TINY: Pace = { passes: 5, repeat: 100, turnMs: 300 };
/** Milliseconds each. */
const SHORT: Pace = { passes: 5, repeat: 6, turnMs: 300 };
/** Some ten milliseconds each. */
const LONG: Pace = { passes: 4, repeat: 5, turnMs: 1000 };
/** The same, one vector of them: many turns for it, too, of some ten executions each. */
const ALONE: Pace = { passes: 4, repeat: 24, turnMs: 700 };
/** Up to two seconds each. */
const CHAIN: Pace = { passes: 3, repeat: 3, turnMs: 10_000 };

export const groups: readonly Group[] = [
  apply("sends", "plain sends", family("sends/"), TINY),
  apply("account", "account method", family("account/(?!authenticate-)"), TINY),
  apply("signature", "account method, signatures", family("account/authenticate-")),
  apply("multisig", "multisig", family("multisig/"), TINY),
  apply(
    "miner",
    "mainnet messages, nv18",
    /^hygge\/(?!.*\/(ExtendSectorExpiration|DisputeWindowedPoSt\/Ok)\/)/,
  ),
  apply("extend", "sector extension, nv18", /^hygge\/.*\/ExtendSectorExpiration\//, LONG),
  apply("cron", "miner cron", family("miner/cron")),
  apply("evm-storage", "EVM storage", family("evm/storage-")),
  apply("evm-keccak", "EVM keccak", family("evm/keccak-loop")),
  apply("evm-arithmetic", "EVM arithmetic", family("evm/arithmetic-loop")),
  apply("evm-calls", "EVM deep calls", family("evm/recursion"), LONG),
  apply("random", "metered random programs", family("gasfuzz/(prog|oog|stack)-")),
  whole("tipset-full", "tipsets of up to 250 messages", { files: /^tipsets\/nv28\/big-full/ }, ALONE),
  whole("tipset-nulls", "null rounds", { files: /^tipsets\/nv28\/(nulls-runs|miner-life)/ }, CHAIN),
  whole("tipset-chain", "chain of 96 tipsets", { files: /^tipsets\/nv28\/random-chain/ }, CHAIN),
  whole("chain-sends", "10,000 sends, one machine", {
    chain: { template: `${NEWEST}/sends/f1-to-f1.json`, length: 10_000 },
  }),
  whole("chain-evm", "1,000 EVM calls, one machine", {
    chain: { template: `${NEWEST}/evm/storage-set-1.json`, length: 1_000 },
  }),
];

function apply(name: string, title: string, files: RegExp, pace = SHORT): Group {
  return { name, title, source: { files }, measures: ["apply"], pace };
}

function whole(name: string, title: string, source: Source, pace = LONG): Group {
  return { name, title, source, measures: ["apply", "run"], pace };
}

function family(path: string): RegExp {
  return new RegExp(`^${NEWEST}/${path}`);
}
