import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { failed } from "../../rpc/errors.js";
import { tipsetOfHash } from "../block-tipset.js";
import type { EthView } from "../eth-view.js";
import type { EthHash } from "../json.js";

/** Where a transaction was executed. */
export interface TransactionSpot {
  readonly tipset: ChainTipset;
  /** Among the tipset's transactions. */
  readonly index: number;
  readonly blockHash: EthHash;
  /** By which it is known; another one than it was asked for by, if that was its message's. */
  readonly hash: EthHash;
}

/** Where a transaction was executed. Throws `RpcError` if it was not; as `EthView.transaction`. */
export async function placeOfTransaction(
  eth: EthView,
  hash: EthHash,
  options: ChainReadOptions,
): Promise<TransactionSpot> {
  const transaction = await eth.transaction(hash, undefined, options);
  if (transaction === null) throw failed("transaction not found");
  const { blockHash, transactionIndex } = transaction;
  if (blockHash === null || transactionIndex === null) throw failed("no trace for pending transactions");
  const tipset = await tipsetOfHash(eth.chain, blockHash, options);
  return { tipset, index: Number(transactionIndex), blockHash, hash: transaction.hash };
}
