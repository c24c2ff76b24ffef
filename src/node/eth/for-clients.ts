/** Fields that Ethereum's clients and tools expect of transactions and receipts beyond what Lotus tells them. */
import { quantity } from "../../inspect/tracers/hex.js";
import type { U64 } from "../../util/u64.js";
import type { ReceiptJson } from "./receipt.js";
import type { TransactionJson } from "./transaction.js";

/** A transaction's outcome. */
export interface Executed {
  readonly receipt: ReceiptJson | undefined;
  /** Time of its block, seconds since 1970. */
  readonly timestamp: U64;
}

/**
 * A transaction with its block's time, the price that it paid, or would pay at most, its signature's parity, and a list
 * where Lotus has null.
 *
 * @param executed undefined: it has not been executed
 */
export function transactionForClients(
  transaction: TransactionJson,
  executed: Executed | undefined,
): TransactionJson {
  const { maxFeePerGas, v } = transaction;
  const blockTimestamp = executed === undefined ? null : quantity(executed.timestamp);
  const forAll = { ...transaction, blockTimestamp, accessList: [] };
  if (maxFeePerGas === undefined) return forAll;
  return { ...forAll, gasPrice: executed?.receipt?.effectiveGasPrice ?? maxFeePerGas, yParity: v };
}

/** Receipts of a block, each with the gas of all up to it. */
export function receiptsForClients(receipts: readonly ReceiptJson[]): ReceiptJson[] {
  let sum = 0n;
  return receipts.map((receipt) => {
    sum += BigInt(receipt.gasUsed);
    return { ...receipt, cumulativeGasUsed: quantity(sum) };
  });
}
