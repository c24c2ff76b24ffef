/**
 * Bytes, calls and texts that nobody knows before a round of a beacon, and contracts that keep them until then.
 *
 * @module fvm-node/timelock
 */
export { type LockedCall, type SealedContent, sealCall, sealText } from "./call.js";
export { SEALED_TEXTS, TIME_LOCK } from "./contracts/compiled.js";
export {
  type LockOutcome,
  type LockProvider,
  openDue,
  type RelayOptions,
  type WatchOptions,
  watchLocks,
} from "./relay.js";
export { armor, type LockRound, lockRound, type Opening, open, seal } from "./seal.js";
