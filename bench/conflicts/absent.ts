import { idAddress } from "#src/address/address.js";
import { readBlocks } from "#src/blockstore/access.js";
import { readEvmState } from "#src/builtin/evm/index.js";
import type { Cid } from "#src/encoding/cid.js";
import { decodeCbor } from "#src/ipld/cbor.js";
import { Hamt } from "#src/ipld/hamt.js";
import { actorCodec } from "#src/vm/state-tree/actor-codec.js";
import { stateRootCodec } from "#src/vm/state-tree/state-view.js";
import { BenchError } from "../bench-error.js";
import type { AbsentPart } from "./case.js";
import type { FirstState } from "./first-state.js";

/** The blocks of a state that these parts of contracts are. Throws `BenchError`; as `readBlocks`. */
export async function absentBlocks(
  { store, root, contracts }: FirstState,
  actorsVersion: number,
  parts: readonly AbsentPart[],
): Promise<ReadonlySet<Cid>> {
  const found = await readBlocks(store, (blocks) => {
    const { version, actors } = decodeCbor(stateRootCodec, blocks.get(root));
    const tree = Hamt.load(blocks, actors, actorCodec(version));
    return parts.map(({ contract, part }) => {
      const deployed = contracts.get(contract);
      const actor = deployed && tree.get(idAddress(deployed.id));
      if (actor === undefined) throw new BenchError(`there is no ${contract}`);
      const { bytecode, contractState } = readEvmState(blocks, actor.state, actorsVersion);
      return { state: actor.state, bytecode, storage: contractState }[part];
    });
  });
  return new Set(found);
}
