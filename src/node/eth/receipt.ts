/** Receipts in Ethereum's JSON. Source: Lotus node/impl/eth/utils.go, `newEthTxReceipt`. */
import type { EthAddress } from "../../builtin/evm/index.js";
import { CBOR } from "../../encoding/codecs.js";
import { type Hex, hexOf, quantity } from "../../inspect/tracers/hex.js";
import { readCbor } from "../../inspect/tracers/payload.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import { gasCostOf, gasOutputs } from "../../vm/gas/outputs.js";
import type { ExecutedMessage } from "../chain/executed-tipset.js";
import { failed } from "../rpc/errors.js";
import { bloomOf } from "./bloom.js";
import type { EthHash } from "./json.js";
import type { EthLog } from "./logs.js";
import type { TransactionJson } from "./transaction.js";

/** A transaction's receipt, in JSON. */
export interface ReceiptJson {
  readonly transactionHash: EthHash;
  readonly transactionIndex: Hex;
  readonly blockHash: EthHash;
  readonly blockNumber: Hex;
  readonly from: EthAddress;
  readonly to: EthAddress | null;
  readonly root: EthHash;
  readonly status: "0x0" | "0x1";
  readonly contractAddress: EthAddress | null;
  readonly cumulativeGasUsed: Hex;
  readonly gasUsed: Hex;
  /** attoFIL per gas: all that was paid for gas, the tip and what is burnt for too high a limit included. */
  readonly effectiveGasPrice: Hex;
  readonly logsBloom: Hex;
  readonly logs: readonly EthLog[];
  readonly type: Hex;
}

const NO_ROOT: EthHash = `0x${"00".repeat(32)}`;

/**
 * The receipt of a transaction. Throws `RpcError` if one that has created a contract does not say where.
 *
 * @param baseFee attoFIL per gas, which the tipset's messages pay
 */
export function receiptJson(
  { message, receipt }: ExecutedMessage,
  transaction: TransactionJson,
  logs: readonly EthLog[],
  baseFee: bigint,
): ReceiptJson {
  const { hash, transactionIndex, blockHash, blockNumber, from, to, type } = transaction;
  const hasSucceeded = receipt.exitCode === ExitCode.Ok;
  return {
    transactionHash: hash,
    transactionIndex: transactionIndex as Hex,
    blockHash: blockHash as EthHash,
    blockNumber: blockNumber as Hex,
    from,
    to,
    root: NO_ROOT,
    status: hasSucceeded ? "0x1" : "0x0",
    contractAddress: to === null && hasSucceeded ? createdAddress(receipt) : null,
    cumulativeGasUsed: "0x0",
    gasUsed: quantity(receipt.gasUsed),
    effectiveGasPrice: quantity(effectiveGasPrice(message, receipt, baseFee)),
    logsBloom: bloomOf(logs),
    logs,
    type,
  };
}

/** attoFIL per gas that was used, rounded down. */
export function effectiveGasPrice(message: Message, { gasUsed }: Receipt, baseFee: bigint): bigint {
  if (gasUsed === 0) return 0n;
  const { gasLimit, gasFeeCap, gasPremium } = message;
  const terms = { gasLimit, gasFeeCap, gasPremium };
  const { baseFeeBurn, minerTip, overEstimationBurn } = gasOutputs(terms, gasCostOf(terms), gasUsed, baseFee);
  return (baseFeeBurn + minerTip + overEstimationBurn) / BigInt(gasUsed);
}

/** The address that the Ethereum address manager has given a new contract. Throws `RpcError` if it does not say so. */
export function createdAddress({ returnData }: Pick<Receipt, "returnData">): EthAddress {
  const address = readCbor({ codec: CBOR, data: returnData }, (reader) => {
    reader.tuple(3);
    reader.u64();
    reader.skip();
    return reader.bytes().slice();
  });
  if (address?.length !== 20) throw failed("failed to parse contract creation result: no address");
  return hexOf(address);
}
