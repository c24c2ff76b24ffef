/** Blocks that were tried, in Ethereum's JSON. Source: execution-apis, `eth_simulateV1`. */
import { EVM_REVERTED } from "../../builtin/exit-codes.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { keccak } from "../../chain/signatures/eth-sender.js";
import { messageCid } from "../../chain/types/signed-message.js";
import { NO_ADDRESS, shownAddress, writtenAddress } from "../../inspect/tracers/addresses.js";
import { type Hex, hexOf, quantity } from "../../inspect/tracers/hex.js";
import { hexBytes, latin1Bytes } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import { type ErrorObject, RpcError, rpcCode } from "../rpc/errors.js";
import { type BlockJson, blockOfFacts } from "./block.js";
import { bloomOf } from "./bloom.js";
import { blockHash } from "./hashes.js";
import type { EthHash } from "./json.js";
import { type EthLog, logsOf } from "./logs.js";
import type { TriedBlock, TriedMessage } from "./simulated-blocks.js";
import { nativeTransaction, type TransactionJson } from "./transaction.js";

/** A call's outcome. */
export interface SimulatedCallJson {
  readonly returnData: Hex;
  readonly logs: readonly EthLog[];
  readonly gasUsed: Hex;
  readonly status: "0x0" | "0x1";
  readonly error?: ErrorObject;
}

export interface SimulatedBlockJson extends BlockJson {
  readonly calls: readonly SimulatedCallJson[];
}

/** @param full whether transactions are told as a whole, not only their hashes */
export function simulatedBlocksJson(
  base: ChainTipset,
  blocks: readonly TriedBlock[],
  chainId: U64,
  full: boolean,
): SimulatedBlockJson[] {
  let parentHash = blockHash(base.key);
  return blocks.map((block) => {
    const json = simulatedBlockJson(block, parentHash, chainId, full);
    parentHash = json.hash;
    return json;
  });
}

function simulatedBlockJson(
  block: TriedBlock,
  parentHash: EthHash,
  chainId: U64,
  full: boolean,
): SimulatedBlockJson {
  const { epoch, timestamp, baseFee, messages, emitters } = block;
  const hash = hashOf(block, parentHash);
  const transactions = messages.map((tried, i) => transactionOf(tried, hash, epoch, i, chainId));
  const logs = logsOf(block, {
    blockHash: hash,
    hashes: transactions.map((transaction) => transaction.hash),
    emitter: (id) => emitters.get(id) ?? shownAddress(id, undefined),
    asLotus: false,
  });
  const facts = {
    ...{ hash, parentHash, epoch, timestamp, baseFee, transactions },
    width: 1,
    gasUsed: messages.reduce((sum, { receipt }) => sum + BigInt(receipt.gasUsed), 0n),
    logsBloom: bloomOf(logs.flat()),
  };
  const calls = messages.map((tried, i) => callJson(tried, logs[i] ?? []));
  return { ...blockOfFacts(facts, full), calls };
}

/** Tells the block from others: there are no headers whose hash it could be. */
function hashOf({ epoch, timestamp, stateRoot }: TriedBlock, parentHash: EthHash): EthHash {
  const place = new TextEncoder().encode(`${epoch} ${timestamp} `);
  return hexOf(
    keccak(Uint8Array.from([...hexBytes(parentHash.slice(2)), ...place, ...latin1Bytes(stateRoot)])),
  );
}

function transactionOf(
  { message }: TriedMessage,
  hash: EthHash,
  epoch: number,
  index: number,
  chainId: U64,
): TransactionJson {
  const place = { blockHash: hash, blockNumber: quantity(epoch), transactionIndex: quantity(index) };
  const shown = { cid: messageCid(message), message, signed: undefined };
  return nativeTransaction(shown, place, chainId, (address) => writtenAddress(address) ?? NO_ADDRESS);
}

function callJson({ receipt, answer }: TriedMessage, logs: readonly EthLog[]): SimulatedCallJson {
  const gasUsed = quantity(receipt.gasUsed);
  if (!(answer instanceof RpcError)) {
    return { returnData: hexOf(answer), logs, gasUsed, status: "0x1" };
  }
  const { message, data } = answer;
  const isRevert = receipt.exitCode === EVM_REVERTED;
  const error = { code: isRevert ? rpcCode.executionReverted : rpcCode.simulationFailed, message, data };
  return { returnData: data as Hex, logs, gasUsed, status: "0x0", error };
}
