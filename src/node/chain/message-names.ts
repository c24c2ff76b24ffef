import { ethTransactionHash } from "../../chain/signatures/eth-sender.js";
import { type EthTransaction, ethTransactionOf } from "../../chain/signatures/eth-transaction.js";
import { type SignedMessage, signedMessageCid } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";

/** A transaction of Ethereum, by which hash its clients know it. */
export interface NamedTransaction {
  readonly transaction: EthTransaction;
  readonly hash: `0x${string}`;
}

/** Many ask for these of the same message, which nobody changes any more. */
const cids = new WeakMap<SignedMessage, Cid>();
const transactions = new WeakMap<SignedMessage, NamedTransaction & { readonly chainId: U64 }>();

/** As `signedMessageCid`, found once for each message. */
export function cidOfSigned(signed: SignedMessage): Cid {
  const known = cids.get(signed);
  if (known !== undefined) return known;
  const cid = signedMessageCid(signed);
  cids.set(signed, cid);
  return cid;
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
