export interface GrowthOptions {
  /** Actors in the largest state. */
  readonly max: number;
  /** Told what is being done. */
  note(text: string): void;
}

/** Per point, of which there are many. */
export const EFFORT = { warmUpMs: 150, samplesMs: 500 };
