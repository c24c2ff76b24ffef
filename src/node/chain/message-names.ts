import { ethTransactionHash } from "../../chain/signatures/eth-sender.js";
import { type EthTransaction, ethTransactionOf } from "../../chain/signatures/eth-transaction.js";
import { checkedSigned, type SignedMessage, signedMessageCodec } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import type { Block } from "../../ipld/block-access.js";
import { encodeCbor } from "../../ipld/cbor.js";
import { encodeMessage } from "../../message/message.js";
import { native } from "../../native/index.js";
import type { U64 } from "../../util/u64.js";

/** A transaction of Ethereum, by which hash its clients know it. */
export interface NamedTransaction {
  readonly transaction: EthTransaction;
  readonly hash: `0x${string}`;
}

/** Many ask for these of the same message, which nobody changes any more. */
const blocks = new WeakMap<SignedMessage, Block>();
const transactions = new WeakMap<SignedMessage, NamedTransaction & { readonly chainId: U64 }>();

/** As `signedMessageCid`, found once for each message. */
export function cidOfSigned(signed: SignedMessage): Cid {
  return blockOfSigned(signed).cid;
}

/**
 * A message as the chain stores it, without a signature that is in the block's aggregate. Made once for each message.
 * Throws as `encodeSignedMessage`.
 */
export function blockOfSigned(signed: SignedMessage): Block {
  const known = blocks.get(signed);
  if (known !== undefined) return known;
  const { message, signature } = checkedSigned(signed);
  const data =
    signature.type === "bls"
      ? encodeMessage(message)
      : encodeCbor(signedMessageCodec, { message, signature });
  const block = { cid: native.cidOf(DAG_CBOR, data), data };
  blocks.set(signed, block);
  return block;
}

/** The transaction that a message stands for, found once for each message. Throws as `ethTransactionOf`. */
export function transactionOf(signed: SignedMessage, chainId: U64): NamedTransaction {
  const known = transactions.get(signed);
  if (known?.chainId === chainId) return known;
  const transaction = ethTransactionOf(signed, chainId);
  const found = { transaction, hash: ethTransactionHash(transaction, chainId), chainId };
  transactions.set(signed, found);
  return found;
}
