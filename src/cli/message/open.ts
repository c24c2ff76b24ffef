import { Chain } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import {
  type FindMessageOptions,
  findMessage,
  findTransaction,
  type IncludedMessage,
} from "../../chain/history/find-message.js";
import type { ChainNetwork } from "../../chain/networks/networks.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { networkOf } from "../../chain/store/network-source.js";
import { parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { networkVersion } from "../../vm/network/version.js";
import { networkSource } from "../chain/options.js";
import type { Output } from "../command.js";
import { missingBlock } from "../input/missing-block.js";
import { InputStore, namesOf } from "../input/store.js";
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
  /** Blocks put into its blockstore are kept nowhere. */
  readonly chain: Chain;
  readonly network: ChainNetwork;
}

/**
 * Finds a message by its CID or its Ethereum hash, and does work on it while the chain is open. Throws `UsageError`;
 * `FvmError` INVALID_CID, MESSAGE_NOT_FOUND, INVALID_STATE also for blocks that the chain lacks; as `InputStore.open` and
 * `networkOf`.
 */
export async function onMessage<T>(
  values: ChainValues,
  text: string,
  command: string,
  output: Output,
  work: (found: FoundMessage) => Promise<T>,
): Promise<T> {
  const search = searchFor(text);
  const { data, store: files, network } = values;
  if ((data === undefined) === (files.length === 0)) {
    throw new UsageError("--data DIR or --store FILE.car names the chain: one of them", command);
  }
  if (data !== undefined && network !== undefined) {
    throw new UsageError("--network goes with --store: the folder knows its own", command);
  }
  const source = await networkSource(network, command);
  if (data === undefined && source === undefined) throw new UsageError("--network is missing", command);
  const named = source && networkOf(source);
  await using store = await InputStore.open(values, command);
  try {
    const opened = await chainIn(store, named);
    const included = await find(opened, search, text, output);
    store.useActors(networkVersion(networkVersionAt(opened.network, included.tipset.epoch)).actorsVersion);
    return await work({ ...included, ...opened });
  } catch (cause) {
    throw missingBlock(cause, namesOf(values)) ?? cause;
  }
}

interface OpenChain extends Pick<FoundMessage, "chain" | "network"> {
  readonly head: ChainTipset;
}

/** @param named undefined: the folder knows its network */
async function chainIn(store: InputStore, named: ChainNetwork | undefined): Promise<OpenChain> {
  const { folder } = store;
  const chain = new Chain(store, folder && { index: folder });
  const network = folder?.network ?? (named as ChainNetwork);
  return { chain, network, head: await (folder?.head() ?? chain.tipset(store.roots)) };
}

type Search = (chain: OpenChain, options: FindMessageOptions) => Promise<IncludedMessage | undefined>;

/** Throws `FvmError` INVALID_CID. */
function searchFor(text: string): Search {
  if (/^0x[0-9a-f]{64}$/i.test(text)) {
    return ({ chain, head, network }, options) =>
      findTransaction(chain, head, text, network.chainId, options);
  }
  const cid = parseCid(text);
  return ({ chain, head }, options) => findMessage(chain, head, cid, options);
}

async function find(
  opened: OpenChain,
  search: Search,
  text: string,
  output: Output,
): Promise<IncludedMessage> {
  const { epoch } = opened.head;
  let last = epoch;
  const onEpoch = (at: number) => {
    last = at;
    output.progress(`looking for the message: epoch ${at} of ${epoch}`);
  };
  const found = await search(opened, { onEpoch });
  if (found !== undefined) return found;
  throw new FvmError("MESSAGE_NOT_FOUND", { cid: text, from: last, to: epoch });
}
