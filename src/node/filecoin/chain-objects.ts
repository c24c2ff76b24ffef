/** Objects that Lotus's `Chain*` methods read: blocks, messages, receipts and events by CID. */
import { readBlocks } from "../../blockstore/access.js";
import { readEvents, readReceipts } from "../../chain/execution/read-receipts.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { type BlockHeader, decodeHeader } from "../../chain/types/header.js";
import { type BlockMessages, readBlockMessages } from "../../chain/types/message-meta.js";
import {
  decodeSignedMessage,
  encodeSignedMessage,
  type SignedMessage,
} from "../../chain/types/signed-message.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { StampedEvent } from "../../message/event.js";
import { decodeMessage, encodeMessage, type Message } from "../../message/message.js";
import type { Receipt } from "../../message/receipt.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { TipsetMessage } from "../chain/tipset-messages.js";
import type { MessagePool } from "../pool/message-pool.js";
import { failed, notFoundText, wrapping } from "./failures.js";
import { loadTipset } from "./tipsets.js";

/** Blocks by CID: those of the chain's store, and messages that wait, which Lotus's pool writes into its store. */
export interface ObjectSource {
  readonly chain: NodeChain;
  /** Absent: nothing waits. */
  readonly pool?: Pick<MessagePool, "get">;
}

/** Bytes of a block; undefined: it is not there. */
export async function findObject(
  { chain, pool }: ObjectSource,
  cid: Cid,
  options: ChainReadOptions,
): Promise<Uint8Array | undefined> {
  const data = await chain.chain.blockstore.get(cid, options);
  if (data !== undefined && data !== null) return data;
  const waiting = pool?.get(cid);
  if (waiting === undefined) return undefined;
  return waiting.signature.type === "bls" ? encodeMessage(waiting.message) : encodeSignedMessage(waiting);
}

/** Bytes of a block. Throws `RpcError` if it is not there. */
export async function readObject(
  source: ObjectSource,
  cid: Cid,
  options: ChainReadOptions,
): Promise<Uint8Array> {
  const data = await findObject(source, cid, options);
  if (data === undefined) throw failed(notFoundText(cid));
  return data;
}

/** A header. Throws as `readObject`; `FvmError` if the block is none. */
export async function readHeaderOf(
  chain: NodeChain,
  cid: Cid,
  options: ChainReadOptions,
): Promise<BlockHeader> {
  return decodeHeader(await readObject({ chain }, cid, options));
}

/** A message by either of its CIDs, its signature aside if the block has none. Throws as `readHeaderOf`. */
export async function readAnyMessage(
  source: ObjectSource,
  cid: Cid,
  options: ChainReadOptions,
): Promise<{ readonly message: Message; readonly signed: SignedMessage | undefined }> {
  const data = await readObject(source, cid, options);
  try {
    return { message: decodeMessage(data), signed: undefined };
  } catch (error) {
    if (!(error instanceof FvmError)) throw error;
  }
  const signed = decodeSignedMessage(data);
  return { message: signed.message, signed };
}

/** Messages of one block. Throws as `readHeaderOf` and `readBlockMessages`. */
export async function messagesOfBlock(
  chain: NodeChain,
  cid: Cid,
  options: ChainReadOptions,
): Promise<BlockMessages> {
  const { messages } = await readHeaderOf(chain, cid, options);
  const { blockstore } = chain.chain;
  return wrapping(undefined, () =>
    readBlocks(blockstore, (blocks) => readBlockMessages(blocks, messages), options),
  );
}

/** Messages that the tipset before a block executes; undefined: it is genesis. Throws as `messagesOfTipset`. */
export async function parentMessages(
  chain: NodeChain,
  cid: Cid,
  options: ChainReadOptions,
): Promise<readonly TipsetMessage[] | undefined> {
  const { height, parents } = await readHeaderOf(chain, cid, options);
  if (height === 0) return undefined;
  return messagesOfTipset(chain, await loadTipset(chain, parents, options), options);
}

/** Messages that a tipset executes. Throws as `NodeChain.messages`; `RpcError` if one is not there. */
export async function messagesOfTipset(
  chain: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<readonly TipsetMessage[]> {
  return wrapping(undefined, () => chain.messages(tipset, options));
}

/**
 * Receipts of the tipset before a block; undefined: it is genesis. Those that the store lacks are made again. Throws as
 * `readHeaderOf` and `NodeChain.executed`.
 */
export async function parentReceipts(
  chain: NodeChain,
  cid: Cid,
  options: ChainReadOptions,
): Promise<readonly Receipt[] | undefined> {
  const { height, parents, parentMessageReceipts } = await readHeaderOf(chain, cid, options);
  if (height === 0) return undefined;
  const { blockstore } = chain.chain;
  if ((await blockstore.get(parentMessageReceipts, options)) !== undefined) {
    return wrapping(undefined, () => readReceipts(blockstore, parentMessageReceipts, options));
  }
  const tipset = await loadTipset(chain, parents, options);
  const { messages, receiptsRoot } = await wrapping(undefined, () => chain.executed(tipset, options));
  if (receiptsRoot === parentMessageReceipts) return messages.map(({ receipt }) => receipt);
  throw failed(`the receipts of ${cidText(cid)} are not those of its parent`);
}

/** Events of a message by the root in its receipt. Throws `RpcError` if they are not there; as `readEvents`. */
export async function eventsAt(
  { chain: { blockstore } }: NodeChain,
  root: Cid,
  options: ChainReadOptions,
): Promise<readonly StampedEvent[]> {
  return wrapping(undefined, async () => {
    if ((await blockstore.get(root, options)) === undefined) {
      throw failed(`load events amt: ${notFoundText(root)}`);
    }
    return readEvents(blockstore, root, options);
  });
}
