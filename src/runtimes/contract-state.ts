import type { Cid } from "../encoding/cid.js";
import type { BlockAccess } from "../ipld/block-access.js";
import { CborReader } from "../ipld/cbor.js";

/** State of a contract of a runtime of ours. */
export interface ContractState {
  readonly program: Cid;
  /** One DAG-CBOR item; null as long as the program has set none. */
  readonly state: Uint8Array;
  /** Roots of the maps, each a HAMT as builtin actors have it, by name. */
  readonly maps: ReadonlyMap<string, Cid>;
}

/** Throws `FvmError` INVALID_CBOR, and what the blocks throw. */
export function readContractState(blocks: BlockAccess, root: Cid): ContractState {
  const reader = new CborReader(blocks.get(root));
  reader.tuple(3);
  const program = reader.cid();
  const state = reader.raw();
  const maps = new Map<string, Cid>();
  for (let rest = reader.map(); rest > 0; rest--) maps.set(reader.text(), reader.cid());
  reader.end();
  return { program, state, maps };
}
