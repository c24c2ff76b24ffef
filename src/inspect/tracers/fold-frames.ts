import type { EthFrame } from "./frame.js";

interface Visit<T> {
  readonly frame: EthFrame;
  /** Results of its calls so far. */
  readonly below: T[];
}

/** Makes something of a frame, given what was made of its calls, in order. Without recursion: see `foldCalls`. */
export function foldFrames<T>(top: EthFrame, make: (frame: EthFrame, below: readonly T[]) => T): T {
  const open: Visit<T>[] = [{ frame: top, below: [] }];
  for (;;) {
    const { frame, below } = open.at(-1) as Visit<T>;
    const next = frame.calls[below.length];
    if (next !== undefined) {
      open.push({ frame: next, below: [] });
      continue;
    }
    const made = make(frame, below);
    open.pop();
    const above = open.at(-1);
    if (above === undefined) return made;
    above.below.push(made);
  }
}
