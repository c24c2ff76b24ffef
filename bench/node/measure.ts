import type { Peer } from "./peer.js";

/** A node that takes part, which may not be installed. */
export interface Contender {
  readonly name: string;
  /** Undefined: it is not installed. */
  readonly start: (...args: string[]) => Promise<Peer | undefined>;
}

/** Figures of one node. */
export interface Figure {
  readonly node: string;
  /** Figures, the same ones of each node. */
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "/s" | "MiB";
  /** Which values are good. */
  readonly better: "less" | "more";
}

/** Measures a node, and checks what it answers; nothing of one that is not there, or that this is not asked of. */
export type Measure = (contender: Contender) => Promise<Figure[]>;
