import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { BlockDecoder } from "../../ipld/decoded-blocks.js";
import { SingletonId } from "./actor-state.js";
import type { StateView } from "./state-view.js";

/** The system actor's state: the list of builtin actors. Source: fvm/src/system_actor.rs. */
export const builtinActorsDecoder: BlockDecoder<Cid> = {
  decode(reader) {
    reader.tuple(1);
    return reader.cid();
  },
};

/** The list of builtin actors that the system actor names. */
export function readBuiltinActors(blocks: Blocks, state: Pick<StateView, "getActor">): Cid {
  const actor = state.getActor(SingletonId.System);
  if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: "there is no system actor" });
  return blocks.read(actor.state, builtinActorsDecoder);
}
