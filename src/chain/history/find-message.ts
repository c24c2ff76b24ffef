import { type BlockAccessOptions, readBlocks } from "../../blockstore/access.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { readMessageCids } from "../types/message-meta.js";
import type { Chain, ChainReadOptions } from "./chain.js";
import type { ChainTipset } from "./chain-tipset.js";

/** Where a message is in a chain. */
export interface IncludedMessage {
  readonly tipset: ChainTipset;
  /** Places of the tipset's blocks that hold it. At least one. */
  readonly blocks: readonly number[];
  /** The tipset on top of it, whose headers say what became of its messages; undefined: there is none yet. */
  readonly next: ChainTipset | undefined;
}

/** Options of `findMessage`. */
export interface FindMessageOptions extends ChainReadOptions {
  /** Called with each epoch that is looked at. */
  readonly onEpoch?: (epoch: number) => void;
}

/**
 * Looks for a message, from a tipset back to genesis: the last tipset that holds it. Only lists of CIDs are read. It is
 * to be the CID by which people know the message (`signedMessageCid`).
 *
 * @returns undefined if none holds it
 * @throws as `Chain.tipset`, `readMessageCids`
 */
export async function findMessage(
  chain: Chain,
  head: ChainTipset,
  message: Cid,
  { onEpoch, ...options }: FindMessageOptions = {},
): Promise<IncludedMessage | undefined> {
  checkCid(message);
  let next: ChainTipset | undefined;
  for (let tipset: ChainTipset | undefined = head; tipset !== undefined; ) {
    onEpoch?.(tipset.epoch);
    const blocks = await holders(chain, tipset, message, options);
    if (blocks.length > 0) return { tipset, blocks, next };
    next = tipset;
    tipset = await chain.parent(tipset, options);
  }
  return undefined;
}

async function holders(
  { blockstore }: Chain,
  { headers }: ChainTipset,
  message: Cid,
  options: BlockAccessOptions,
): Promise<number[]> {
  const found: number[] = [];
  for (const [place, { messages }] of headers.entries()) {
    const { bls, secp } = await readBlocks(
      blockstore,
      (blocks) => readMessageCids(blocks, messages),
      options,
    );
    if (bls.includes(message) || secp.includes(message)) found.push(place);
  }
  return found;
}
