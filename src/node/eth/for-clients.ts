/** What Ethereum's clients and tools expect of transactions and receipts beyond what Lotus tells them. */
import { quantity } from "../../inspect/tracers/hex.js";
import type { ReceiptJson } from "./receipt.js";
import type { TransactionJson } from "./transaction.js";

/**
 * A transaction with the price that it paid, or would pay at most, its signature's parity, and a list where Lotus has null.
 *
 * @param receipt undefined: it has not been executed
 */
export function transactionForClients(
  transaction: TransactionJson,
  receipt: ReceiptJson | undefined,
): TransactionJson {
  const { maxFeePerGas, v } = transaction;
  if (maxFeePerGas === undefined) return { ...transaction, accessList: [] };
  return {
    ...transaction,
    gasPrice: receipt?.effectiveGasPrice ?? maxFeePerGas,
    accessList: [],
    yParity: v,
  };
}

/** Receipts of a block, each with the gas of all up to it. */
export function receiptsForClients(receipts: readonly ReceiptJson[]): ReceiptJson[] {
  let sum = 0n;
  return receipts.map((receipt) => {
    sum += BigInt(receipt.gasUsed);
    return { ...receipt, cumulativeGasUsed: quantity(sum) };
  });
}
