/** What a process may measure of a chain. */
export type Work = "executed" | "stored" | "checked" | "validated";

/** Milliseconds for all tipsets. */
export interface Times {
  readonly wall: number;
  /** CPU of all threads. */
  readonly cpu: number;
  /** CPU of the main thread. */
  readonly main: number;
}

/** Memory after so many tipsets, in bytes. */
export interface MemoryLook {
  readonly tipsets: number;
  readonly rss: number;
  /** Without the files that are mapped. */
  readonly anonymous: number;
}

export interface WorkResult extends Times {
  /** Of a validation. */
  readonly memory: readonly MemoryLook[];
  readonly messages: number;
}

/** The best of some rounds of each. */
export interface ChainTimes extends Readonly<Record<Work, WorkResult>> {
  readonly tipsets: number;
  readonly messages: number;
}
