/**
 * Bytes, messages and contents that nobody can read before a round of a beacon.
 *
 * @module fvm-node/timelock
 */
export { armor, type LockRound, lockRound, type Opening, open, seal } from "./seal.js";
