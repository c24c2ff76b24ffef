import type { Externs } from "./externs.js";

/** A node that knows nothing of the chain: no randomness, no tipsets, no faults. */
export const noAnswers: Externs = {
  getChainRandomness: () => undefined,
  getBeaconRandomness: () => undefined,
  getTipsetCid: () => undefined,
  verifyConsensusFault: () => undefined,
};
