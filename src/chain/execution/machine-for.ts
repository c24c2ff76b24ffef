import type { Cid } from "../../encoding/cid.js";
import { type Externs, isExterns } from "../../vm/externs/externs.js";
import { Machine } from "../../vm/machine/machine.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { askNode, networkAt } from "./ask-node.js";
import type { Asking, ChainNode } from "./node.js";
import type { TipsetContext } from "./tipset.js";

/** A machine for messages of an epoch. Throws as `Machine.create` and `askNode`. */
export async function machineFor(
  node: ChainNode,
  stateRoot: Cid,
  context: TipsetContext,
  signal: AbortSignal | undefined,
): Promise<Machine> {
  const options = await machineOptionsFor(node, stateRoot, context, signal);
  return Machine.create({ ...options, ...(signal !== undefined && { signal }) });
}

/** Options of such a machine. Throws as `askNode`. */
export async function machineOptionsFor(
  node: ChainNode,
  stateRoot: Cid,
  context: TipsetContext,
  signal: AbortSignal | undefined,
): Promise<MachineOptions> {
  const { epoch, timestamp, baseFee } = context;
  const { chainId, blockstore, proofs, blockCache, missingBlocks, requiresCode, debug, observer } = node;
  return {
    epoch,
    timestamp,
    baseFee,
    stateRoot,
    network: networkAt(node, epoch),
    circulatingSupply: () => node.circulatingSupply(epoch, stateRoot),
    chainId,
    blockstore,
    externs: await externsFor(node, { epoch, tipset: context.key, stateRoot }, signal),
    proofs,
    ...(blockCache !== undefined && { blockCache }),
    ...(missingBlocks !== undefined && { missingBlocks }),
    ...(requiresCode !== undefined && { requiresCode }),
    ...(debug !== undefined && { debug }),
    ...(observer !== undefined && { observer }),
  };
}

async function externsFor(
  { externs }: ChainNode,
  asking: Asking,
  signal: AbortSignal | undefined,
): Promise<Externs> {
  if (typeof externs !== "function") return externs;
  return askNode(`externs of epoch ${asking.epoch}`, () => externs(asking), isExterns, signal);
}
