import { readBlocks } from "../../blockstore/access.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { openCar } from "../../ipld/car/stream.js";
import { headKey } from "../store/snapshot-head.js";
import { type BlockHeader, decodeHeader } from "../types/header.js";
import type { DevnetOptions } from "./settings.js";

/**
 * The state of a network's first block, for a chain to begin with.
 *
 * @param file a CAR: the first block and its state, or a snapshot with a chain back to them. All of it comes into memory.
 * @throws FvmError INVALID_SNAPSHOT if it has no first block, or not its state; as `openCar`
 */
export async function openGenesisFile(
  file: string,
): Promise<Required<Pick<DevnetOptions, "blockstore" | "stateRoot">>> {
  const { roots, blocks } = await openCar(file);
  const blockstore = new MemoryBlockstore();
  for await (const block of blocks) blockstore.putMany([block]);
  const [head] = headKey(roots, (cid) => blockstore.get(cid));
  const { parentStateRoot } = await firstBlock(blockstore, head as Cid);
  if (!blockstore.has(parentStateRoot)) throw lacks("the state of the first block", parentStateRoot);
  return { blockstore, stateRoot: parentStateRoot };
}

/** The block from which a chain begins. */
function firstBlock(blockstore: MemoryBlockstore, head: Cid): Promise<BlockHeader> {
  return readBlocks(blockstore, (access) => {
    for (let cid: Cid | undefined = head; cid !== undefined; ) {
      if (!blockstore.has(cid)) throw lacks("a block of the chain back to the first one", cid);
      const header: BlockHeader = decodeHeader(access.get(cid));
      if (header.height === 0) return header;
      cid = header.parents[0];
    }
    throw new FvmError("INVALID_SNAPSHOT", { reason: "its chain does not begin at epoch 0" });
  });
}

function lacks(what: string, cid: Cid): FvmError {
  return new FvmError("INVALID_SNAPSHOT", { reason: `the CAR lacks ${what}: ${cidText(cid)}` });
}
