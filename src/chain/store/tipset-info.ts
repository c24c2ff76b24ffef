import { formatAddress } from "../../address/text.js";
import { readBlocks } from "../../blockstore/access.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { HostFault } from "../../errors.js";
import { isCount } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { firstHeader } from "../history/chain-tipset.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { readMessageCids } from "../types/message-meta.js";
import type { ChainStore } from "./chain-store.js";
import { rangesWithin } from "./ranges.js";

/** A tipset of a folder's chain. CIDs and addresses are texts. */
export interface TipsetInfo {
  readonly epoch: number;
  /** ISO 8601. */
  readonly time: string;
  readonly networkVersion: number;
  readonly blocks: readonly BlockInfo[];
  /** CIDs of the headers before it. */
  readonly parents: readonly string[];
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  /** Of the chain before it. */
  readonly weight: bigint;
  /** Number of messages, each counted once; undefined: the folder lacks lists of them. */
  readonly messages: number | undefined;
  /** Outcome of the tipset before, on which it is executed. */
  readonly stateRoot: string;
  readonly receiptsRoot: string;
  /** Whether the root of that state is there. */
  readonly hasState: boolean;
  /** Its outcome, by the headers of the next one; undefined: it is the head. */
  readonly after:
    | { readonly epoch: number; readonly stateRoot: string; readonly receiptsRoot: string }
    | undefined;
  /** Whether it was executed, and found to be right. */
  readonly isValidated: boolean;
}

/** A block of a tipset. */
export interface BlockInfo {
  readonly cid: string;
  readonly miner: string;
  /** Number of its messages; undefined: the folder lacks the list. */
  readonly messages: number | undefined;
}

/**
 * The tipset of an epoch in a folder's chain, or the last one before it.
 *
 * @returns undefined after the head's epoch
 * @throws FvmError INVALID_OPTION; as `ChainStore.head` and `readBlockMessages`
 */
export async function tipsetInfo(store: ChainStore, epoch: number): Promise<TipsetInfo | undefined> {
  checkOption("epoch", epoch, isCount);
  const { chain, network } = store;
  const head = await store.head();
  const tipset = await chain.tipsetAt(epoch, head, "before");
  if (tipset === undefined) return undefined;
  const first = firstHeader(tipset);
  const next =
    tipset.epoch === head.epoch ? undefined : await chain.tipsetAt(tipset.epoch + 1, head, "after");
  const lists = await Promise.all(tipset.headers.map(({ messages }) => messagesOf(store, messages)));
  const all = lists.flatMap((list) => list ?? []);
  const here = { from: tipset.epoch, to: tipset.epoch };
  return {
    epoch: tipset.epoch,
    time: new Date(Number(first.timestamp) * 1000).toISOString(),
    networkVersion: networkVersionAt(network, tipset.epoch),
    blocks: tipset.headers.map(({ miner }, i) => ({
      cid: cidText(tipset.key[i] as Cid),
      miner: formatAddress(miner, network.letter),
      messages: lists[i]?.length,
    })),
    parents: first.parents.map(cidText),
    baseFee: first.parentBaseFee,
    weight: first.parentWeight,
    messages: lists.includes(undefined) ? undefined : new Set(all).size,
    stateRoot: cidText(first.parentStateRoot),
    receiptsRoot: cidText(first.parentMessageReceipts),
    hasState: store.blockstore.has(first.parentStateRoot),
    after: next && {
      epoch: next.epoch,
      stateRoot: cidText(firstHeader(next).parentStateRoot),
      receiptsRoot: cidText(firstHeader(next).parentMessageReceipts),
    },
    isValidated: rangesWithin(store.validated, here).length > 0,
  };
}

async function messagesOf({ blockstore }: ChainStore, messages: Cid): Promise<Cid[] | undefined> {
  try {
    const { bls, secp } = await readBlocks(blockstore, (blocks) => readMessageCids(blocks, messages));
    return [...bls, ...secp];
  } catch (error) {
    if (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND") return undefined;
    throw error;
  }
}
