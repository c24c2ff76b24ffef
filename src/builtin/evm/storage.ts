import type { BlockAccess } from "../../ipld/block-access.js";
import { Kamt } from "../../ipld/kamt.js";
import type { EvmState } from "./state.js";

/**
 * The value of a slot in a contract's storage; 0n where it has nothing. Throws what `BlockAccess.get` throws,
 * and `FvmError` INVALID_KAMT if the slot is no bigint of 256 bits, or the storage is malformed.
 */
export function readSlot(blocks: BlockAccess, { contractState }: EvmState, slot: bigint): bigint {
  return Kamt.load(blocks, contractState).get(slot) ?? 0n;
}

/** All slots of a contract's storage that are not 0, in their order. Throws as `readSlot`. */
export function* storageSlots(
  blocks: BlockAccess,
  { contractState }: EvmState,
): Generator<[slot: bigint, value: bigint]> {
  yield* Kamt.load(blocks, contractState).entries();
}

/** The same contract with other values in some slots; 0n empties one. Throws as `readSlot`. */
export function withSlots(
  blocks: BlockAccess,
  state: EvmState,
  slots: Iterable<readonly [slot: bigint, value: bigint]>,
): EvmState {
  return { ...state, contractState: changedStorage(Kamt.load(blocks, state.contractState), slots) };
}

/** The same contract with these slots only. Throws as `readSlot`. */
export function withStorage(
  blocks: BlockAccess,
  state: EvmState,
  slots: Iterable<readonly [slot: bigint, value: bigint]>,
): EvmState {
  return { ...state, contractState: changedStorage(Kamt.empty(blocks), slots) };
}

function changedStorage(
  storage: Kamt,
  slots: Iterable<readonly [slot: bigint, value: bigint]>,
): EvmState["contractState"] {
  for (const [slot, value] of slots) {
    if (value === 0n) storage.delete(slot);
    else storage.set(slot, value);
  }
  return storage.flush();
}
