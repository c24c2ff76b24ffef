import { type BlockAccessOptions, readBlocks } from "../../blockstore/access.js";
import { type Cid, checkCid, cidFromParts } from "../../encoding/cid.js";
import { BLAKE2B_256, DAG_CBOR } from "../../encoding/codecs.js";
import { isFvmError } from "../../errors.js";
import type { BlockAccess } from "../../ipld/block-access.js";
import { hexBytes } from "../../util/bytes.js";
import { is, isU64 } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import { ethTransactionHash } from "../signatures/eth-sender.js";
import { ethTransactionOf } from "../signatures/eth-transaction.js";
import { type BlockMessageCids, readMessageCids } from "../types/message-meta.js";
import { decodeSignedMessage } from "../types/signed-message.js";
import type { Chain, ChainReadOptions } from "./chain.js";
import type { ChainTipset } from "./chain-tipset.js";

/** Where a message is in a chain. */
export interface IncludedMessage {
  /** The CID by which people know it: `signedMessageCid`, or `messageCid` if its signature is in an aggregate. */
  readonly cid: Cid;
  readonly tipset: ChainTipset;
  /** Places of the tipset's blocks that hold it. At least one. */
  readonly blocks: readonly number[];
  /** The tipset on top of it, whose headers say what became of its messages; undefined: there is none yet. */
  readonly next: ChainTipset | undefined;
}

/** Options of `findMessage` and `findTransaction`. */
export interface FindMessageOptions extends ChainReadOptions {
  /** Called with each epoch that is looked at. */
  readonly onEpoch?: (epoch: number) => void;
}

/** Says which message of a block's lists is meant, if one is. */
type Choice = (blocks: BlockAccess, cids: BlockMessageCids) => Cid | undefined;

/**
 * Looks for a message, from a tipset back to genesis: the last tipset that holds it. Only lists of CIDs are read. It is
 * to be the CID by which people know the message.
 *
 * @returns undefined if none holds it
 * @throws as `Chain.tipset`, `readBlockMessages`
 */
export async function findMessage(
  chain: Chain,
  head: ChainTipset,
  message: Cid,
  options: FindMessageOptions = {},
): Promise<IncludedMessage | undefined> {
  checkCid(message);
  return find(chain, head, (_, cids) => (isIn(cids, message) ? message : undefined), options);
}

const isHash = is((value) => /^0x[0-9a-f]{64}$/i.test(String(value)), "a hash: 0x and 64 hexadecimal digits");

/**
 * Looks for the message that an Ethereum transaction is, as `findMessage` does; nothing is executed. Messages without a
 * transaction have a hash, too: the one in their CID. Source: Lotus chain/types/ethtypes, `EthHashFromCid`.
 *
 * @param hash of the transaction: 0x and 64 hexadecimal digits
 * @param chainId Ethereum's number of the chain
 * @throws FvmError INVALID_OPTION; as `findMessage`
 */
export async function findTransaction(
  chain: Chain,
  head: ChainTipset,
  hash: string,
  chainId: U64,
  options: FindMessageOptions = {},
): Promise<IncludedMessage | undefined> {
  checkOption("hash", hash, isHash);
  checkOption("chainId", chainId, isU64);
  const wanted = hash.toLowerCase();
  const ofDigest = cidFromParts(DAG_CBOR, BLAKE2B_256, hexBytes(wanted.slice(2)));
  const isWanted = (blocks: BlockAccess, cid: Cid) => transactionHash(blocks.get(cid), chainId) === wanted;
  const choose: Choice = (blocks, cids) =>
    isIn(cids, ofDigest) ? ofDigest : cids.secp.find((cid) => isWanted(blocks, cid));
  return find(chain, head, choose, options);
}

/** Undefined: it stands for no transaction. */
function transactionHash(signed: Uint8Array, chainId: U64): string | undefined {
  const message = decodeSignedMessage(signed);
  if (message.signature.type !== "delegated") return undefined;
  try {
    return ethTransactionHash(ethTransactionOf(message, chainId), chainId);
  } catch (error) {
    if (isFvmError(error, "INVALID_MESSAGE")) return undefined;
    throw error;
  }
}

async function find(
  chain: Chain,
  head: ChainTipset,
  choose: Choice,
  { onEpoch, ...options }: FindMessageOptions,
): Promise<IncludedMessage | undefined> {
  let next: ChainTipset | undefined;
  for (let tipset: ChainTipset | undefined = head; tipset !== undefined; ) {
    onEpoch?.(tipset.epoch);
    const found = await chosenIn(chain, tipset, choose, options);
    if (found !== undefined) return { ...found, tipset, next };
    next = tipset;
    tipset = await chain.parent(tipset, options);
  }
  return undefined;
}

async function chosenIn(
  { blockstore }: Chain,
  { headers }: ChainTipset,
  choose: Choice,
  options: BlockAccessOptions,
): Promise<Pick<IncludedMessage, "cid" | "blocks"> | undefined> {
  const lists: BlockMessageCids[] = [];
  let cid: Cid | undefined;
  for (const { messages } of headers) {
    const read = (blocks: BlockAccess) => readMessageCids(blocks, messages);
    const cids = await readBlocks(blockstore, read, options);
    lists.push(cids);
    cid ??= await readBlocks(blockstore, (blocks) => choose(blocks, cids), options);
  }
  if (cid === undefined) return undefined;
  const chosen = cid;
  return { cid, blocks: lists.flatMap((cids, place) => (isIn(cids, chosen) ? [place] : [])) };
}

function isIn({ bls, secp }: BlockMessageCids, cid: Cid): boolean {
  return bls.includes(cid) || secp.includes(cid);
}
