import type { Blockstore } from "../../blockstore/blocks.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { Chain } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { findMessage, type IncludedMessage } from "../../chain/history/find-message.js";
import type { ChainNetwork } from "../../chain/networks/networks.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { networkOf } from "../../chain/store/network-source.js";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { networkVersion } from "../../vm/network/version.js";
import { networkSource, withChain } from "../chain/options.js";
import type { Output } from "../command.js";
import { missingBlock } from "../input/missing-block.js";
import { InputStore } from "../input/store.js";
import { UsageError } from "../usage-error.js";

/** Options that name a chain. */
export interface ChainValues {
  /** Its folder. */
  readonly data: string | undefined;
  /** Or CAR files. */
  readonly store: readonly string[];
  readonly bundles: string | undefined;
  readonly network: string | undefined;
}

/** A message in an open chain. */
export interface FoundMessage extends IncludedMessage {
  readonly cid: Cid;
  /** Blocks put into its blockstore are kept nowhere. */
  readonly chain: Chain;
  readonly network: ChainNetwork;
}

type Work<T> = (found: FoundMessage) => Promise<T>;

/**
 * Finds the message and does work on it while the chain is open. Throws `UsageError`; `FvmError` INVALID_CID,
 * MESSAGE_NOT_FOUND, INVALID_STATE also for blocks that the chain lacks; as `ChainStore.open`, `InputStore.open` and
 * `networkOf`.
 */
export async function onMessage<T>(
  values: ChainValues,
  text: string,
  command: string,
  output: Output,
  work: Work<T>,
): Promise<T> {
  const cid = parseCid(text);
  const { data, store } = values;
  if ((data === undefined) === (store.length === 0)) {
    throw new UsageError("--data DIR or --store FILE.car names the chain: one of them", command);
  }
  try {
    return await (data === undefined
      ? onFiles(values, cid, command, output, work)
      : onFolder(values, cid, command, output, work));
  } catch (cause) {
    throw missingBlock(cause, data === undefined ? store : [data]) ?? cause;
  }
}

function onFolder<T>(
  values: ChainValues,
  cid: Cid,
  command: string,
  output: Output,
  work: Work<T>,
): Promise<T> {
  return withChain(values, command, async (folder) => {
    const chain = new Chain(unwritten(folder.blockstore), { index: folder });
    const included = await find(chain, await folder.head(), cid, output);
    return work({ ...included, cid, chain, network: folder.network });
  });
}

async function onFiles<T>(
  values: ChainValues,
  cid: Cid,
  command: string,
  output: Output,
  work: Work<T>,
): Promise<T> {
  const source = await networkSource(values.network, command);
  if (source === undefined) throw new UsageError("--network is missing", command);
  const network = networkOf(source);
  using store = await InputStore.open(values, command);
  const chain = new Chain(store);
  const included = await find(chain, await chain.tipset(store.roots), cid, output);
  store.useActors(networkVersion(networkVersionAt(network, included.tipset.epoch)).actorsVersion);
  return await work({ ...included, cid, chain, network });
}

/** The same blocks; what is put stays in memory. */
function unwritten(store: Blockstore): Blockstore {
  const written = new MemoryBlockstore();
  return {
    get: (cid, options) => written.get(cid) ?? store.get(cid, options),
    putMany: (blocks) => written.putMany(blocks),
  };
}

async function find(chain: Chain, head: ChainTipset, cid: Cid, output: Output): Promise<IncludedMessage> {
  let last = head.epoch;
  const onEpoch = (epoch: number) => {
    last = epoch;
    output.progress(`looking for the message: epoch ${epoch} of ${head.epoch}`);
  };
  const found = await findMessage(chain, head, cid, { onEpoch });
  if (found !== undefined) return found;
  throw new FvmError("MESSAGE_NOT_FOUND", { cid: cidText(cid), from: last, to: head.epoch });
}
