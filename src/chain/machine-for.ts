import type { Cid } from "../ipld/cid.js";
import { Machine } from "../machine/machine.js";
import type { ChainNode } from "./node.js";
import type { TipsetContext } from "./tipset.js";

/** A machine for messages of an epoch. Throws as `Machine.create`. */
export async function machineFor(node: ChainNode, stateRoot: Cid, context: TipsetContext): Promise<Machine> {
  const { epoch, timestamp, baseFee } = context;
  const { chainId, blockstore, externs, proofs, blockCache, missingBlocks, debug } = node;
  return Machine.create({
    epoch,
    timestamp,
    baseFee,
    stateRoot,
    network: node.networkVersion(epoch),
    circulatingSupply: await node.circulatingSupply(epoch, stateRoot),
    chainId,
    blockstore,
    externs,
    proofs,
    ...(blockCache && { blockCache }),
    ...(missingBlocks && { missingBlocks }),
    ...(debug && { debug }),
  });
}
