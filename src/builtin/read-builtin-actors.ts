import { idAddress } from "../address/address.js";
import { type BlockAccessOptions, readBlocks } from "../blockstore/access.js";
import type { Blockstore } from "../blockstore/blocks.js";
import { type Cid, checkCid, cidText } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import type { BlockAccess } from "../ipld/block-access.js";
import { decodeCbor } from "../ipld/cbor.js";
import { Hamt } from "../ipld/hamt.js";
import { actorCodec } from "../vm/state-tree/actor-codec.js";
import { SingletonId } from "../vm/state-tree/actor-state.js";
import { type ManifestEntry, manifestDecoder } from "../vm/state-tree/manifest.js";
import { stateRootCodec } from "../vm/state-tree/state-view.js";
import { builtinActorsDecoder } from "../vm/state-tree/system-actor.js";
import { BuiltinActors, type BuiltinActorsOptions } from "./builtin-actors.js";

/**
 * The builtin actors that a state's system actor lists.
 *
 * @param network the state's network version
 * @throws FvmError INVALID_STATE, INVALID_CBOR, INVALID_HAMT, UNKNOWN_NETWORK_VERSION; otherwise as `readBlocks`
 */
export async function readBuiltinActors(
  store: Blockstore,
  stateRoot: Cid,
  network: number,
  options: BlockAccessOptions & BuiltinActorsOptions = {},
): Promise<BuiltinActors> {
  checkCid(stateRoot);
  const builtins = await readBlocks(store, (blocks) => builtinsAt(blocks, stateRoot), options);
  return new BuiltinActors(builtins, network, options);
}

function builtinsAt(blocks: BlockAccess, root: Cid): readonly ManifestEntry[] {
  const { version, actors } = decodeCbor(stateRootCodec, blocks.get(root));
  const system = Hamt.load(blocks, actors, actorCodec(version)).get(idAddress(SingletonId.System));
  if (system === undefined) {
    throw new FvmError("INVALID_STATE", { reason: "there is no system actor", cid: cidText(root) });
  }
  const list = decodeCbor(builtinActorsDecoder, blocks.get(system.state));
  return decodeCbor(manifestDecoder, blocks.get(list)).entries;
}
