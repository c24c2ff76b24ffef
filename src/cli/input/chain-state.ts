import { machineOptionsFor } from "../../chain/execution/machine-for.js";
import { Chain } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { stateBefore } from "../../chain/history/lookback.js";
import type { ChainNetwork } from "../../chain/networks/networks.js";
import { type ChainNodeOptions, chainNode } from "../../chain/node/chain-node.js";
import type { ChainStore } from "../../chain/store/chain-store.js";
import type { EpochRange } from "../../chain/store/ranges.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { UsageError } from "../usage-error.js";
import type { InputStore } from "./store.js";
import { countValue } from "./values.js";

/** A tipset of a chain in a folder: what is looked at is the state that it is executed on. */
export interface ChosenTipset {
  readonly chain: Chain;
  readonly network: ChainNetwork;
  readonly tipset: ChainTipset;
  /** The tipset on top of it. */
  readonly next: ChainTipset | undefined;
}

/**
 * The tipset of an epoch, or the last one before it. What is written stays in the store's memory. Throws `UsageError`,
 * `FvmError` CHAIN_EMPTY, INVALID_STATE if its state is not there; as `Chain.tipset`.
 *
 * @param store with a chain's folder
 * @param epoch as the command line has it. Default: the head's
 */
export async function chosenTipset(
  store: InputStore,
  epoch: string | undefined,
  command: string,
): Promise<ChosenTipset> {
  const folder = store.folder as ChainStore;
  const chain = new Chain(store, { index: folder });
  const head = await folder.head();
  const wanted = epoch === undefined ? head.epoch : countValue("epoch", epoch, command);
  const tipset = await chain.tipsetAt(wanted, head, "before");
  if (tipset === undefined)
    throw new UsageError(`--epoch is ${epoch}, and the head's is ${head.epoch}`, command);
  const { parentStateRoot } = firstHeader(tipset);
  if (store.get(parentStateRoot) === undefined) throw noState(folder, tipset.epoch, parentStateRoot);
  const next = await chain.tipsetAt(tipset.epoch + 1, head, "after");
  return { chain, network: folder.network, tipset, next };
}

/** The state that a tipset is executed on, as its parent has left it. Throws as `Chain.parent`. */
export function stateOf({ chain, network, tipset }: ChosenTipset): Promise<StateAt> {
  return stateBefore(chain, network, tipset, {});
}

/**
 * Options of a machine for messages of a tipset, as if they were its first ones. Upgrades since its parent are done,
 * the cron of null rounds is not. Throws as `ChainNode.migrate`.
 */
export async function machineOn(
  { chain, network, tipset }: ChosenTipset,
  options: Pick<ChainNodeOptions, "proofs" | "blockCache">,
): Promise<MachineOptions> {
  const node = chainNode({ ...options, network, chain });
  const { epoch, key, headers } = tipset;
  const { parentStateRoot, parentBaseFee: baseFee } = firstHeader(tipset);
  const parent = await chain.parent(tipset);
  let root = parentStateRoot;
  for (let at = parent?.epoch ?? epoch; at < epoch; at++) root = (await node.migrate?.(at, root, {})) ?? root;
  const timestamp = headers.map(({ timestamp }) => timestamp).reduce((a, b) => (b < a ? b : a));
  return machineOptionsFor(node, root, { epoch, timestamp, baseFee, key }, undefined);
}

function noState({ folder, states }: ChainStore, epoch: number, root: Cid): FvmError {
  const there = states.map(({ from, to }: EpochRange) => `${from} to ${to}`).join(", ") || "none";
  const reason = `the state of epoch ${epoch} is not in ${folder}, which has those of epochs ${there}`;
  return new FvmError("INVALID_STATE", { reason, cid: cidText(root) });
}
