import { FvmError } from "../errors.js";
import type { Blocks } from "../ipld/blocks.js";
import { CborReader } from "../ipld/cbor.js";
import type { Cid } from "../ipld/cid.js";
import { SingletonId } from "./actor-state.js";
import type { StateTree } from "./state-tree.js";

/** The system actor's state: the list of builtin actors. Source: fvm/src/system_actor.rs. */
export function readBuiltinActors(blocks: Blocks, tree: StateTree): Cid {
  const actor = tree.getActor(SingletonId.System);
  if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: "there is no system actor" });
  const reader = new CborReader(blocks.get(actor.state));
  reader.tuple(1);
  const builtinActors = reader.cid();
  reader.end();
  return builtinActors;
}
