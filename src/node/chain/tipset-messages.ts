import type { ChainNode } from "../../chain/execution/node.js";
import { selectionsOf } from "../../chain/execution/selections.js";
import type { Tipset } from "../../chain/execution/tipset.js";
import type { Chain, ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { executableTipset } from "../../chain/node/execute-chain-tipset.js";
import type { BlockMessages } from "../../chain/types/message-meta.js";
import { messageCid, type SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { cidOfSigned } from "./message-names.js";

/** A message of a tipset. */
export interface TipsetMessage {
  /** By which people know it. */
  readonly cid: Cid;
  readonly message: Message;
  /** The message with its signature; undefined if that is in the block's aggregate. */
  readonly signed: SignedMessage | undefined;
}

/** Messages of a tipset: as its blocks have them, as execution takes them, and those that are executed, in order. */
export interface TipsetMessages {
  readonly blocks: readonly BlockMessages[];
  /** Undefined: there are none, and few tipsets of none are executed. */
  readonly executable: Tipset | undefined;
  readonly executed: readonly TipsetMessage[];
}

/**
 * The messages of a tipset. Genesis has none. Throws as `executableTipset` and `selectionsOf`.
 */
export async function readTipsetMessages(
  node: ChainNode,
  chain: Chain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<TipsetMessages> {
  if (tipset.epoch === 0) return { blocks: [], executable: undefined, executed: [] };
  const blocks = await chain.messages(tipset, options);
  if (blocks.every(({ bls, secp }) => bls.length + secp.length === 0)) {
    return { blocks, executable: undefined, executed: [] };
  }
  const { isUnsigned } = node;
  const executable = await executableTipset(chain, tipset, { ...options, messages: blocks, isUnsigned });
  const selections = await selectionsOf(node, firstHeader(tipset).parentStateRoot, executable, options);
  const executed = blocks.flatMap((block, i) =>
    (selections[i] ?? []).map((place) => messageAt(block, place)),
  );
  return { blocks, executable, executed };
}

function messageAt({ bls, secp }: BlockMessages, place: number): TipsetMessage {
  const message = bls[place];
  if (message !== undefined) return { cid: messageCid(message), message, signed: undefined };
  const signed = secp[place - bls.length] as SignedMessage;
  return { cid: cidOfSigned(signed), message: signed.message, signed };
}
