/** Shapes of Ethereum's answers, for the OpenRPC document. */
import * as v from "valibot";
import { named, type Schema } from "../../rpc/schema.js";

function hex(name: string, digits: string): Schema<string> {
  return named(v.pipe(v.string(), v.regex(new RegExp(`^0x${digits}$`))), { name });
}

export const quantity = hex("QuantityAnswer", "(0|[1-9a-f][0-9a-f]*)");
export const data = hex("DataAnswer", "([0-9a-f]{2})*");
export const address = hex("AddressAnswer", "[0-9a-f]{40}");
export const hash = hex("HashAnswer", "[0-9a-f]{64}");
const bloom = hex("Bloom", "[0-9a-f]{512}");

export const log = named(
  v.object({
    address,
    data,
    topics: v.array(hash),
    removed: v.boolean(),
    logIndex: quantity,
    transactionIndex: quantity,
    transactionHash: hash,
    blockHash: hash,
    blockNumber: quantity,
  }),
  { name: "Log" },
);

export const transaction = named(
  v.object({
    chainId: quantity,
    nonce: quantity,
    hash,
    blockHash: v.nullable(hash),
    blockNumber: v.nullable(quantity),
    transactionIndex: v.nullable(quantity),
    from: address,
    to: v.nullable(address),
    value: quantity,
    type: quantity,
    input: data,
    gas: quantity,
    maxFeePerGas: v.optional(quantity),
    maxPriorityFeePerGas: v.optional(quantity),
    gasPrice: v.optional(quantity),
    accessList: v.nullable(v.array(v.unknown())),
    v: quantity,
    r: quantity,
    s: quantity,
    yParity: v.optional(quantity),
    blockTimestamp: v.nullish(quantity),
  }),
  { name: "Transaction" },
);

export const receipt = named(
  v.object({
    transactionHash: hash,
    transactionIndex: quantity,
    blockHash: hash,
    blockNumber: quantity,
    from: address,
    to: v.nullable(address),
    root: hash,
    status: quantity,
    contractAddress: v.nullable(address),
    cumulativeGasUsed: quantity,
    gasUsed: quantity,
    effectiveGasPrice: quantity,
    logsBloom: bloom,
    logs: v.array(log),
    type: quantity,
  }),
  { name: "Receipt" },
);

export const block = named(
  v.object({
    hash,
    parentHash: hash,
    sha3Uncles: hash,
    miner: address,
    stateRoot: hash,
    transactionsRoot: hash,
    receiptsRoot: hash,
    logsBloom: bloom,
    difficulty: quantity,
    totalDifficulty: quantity,
    number: quantity,
    gasLimit: quantity,
    gasUsed: quantity,
    timestamp: quantity,
    extraData: data,
    mixHash: hash,
    nonce: hex("BlockNonce", "[0-9a-f]{16}"),
    baseFeePerGas: quantity,
    size: quantity,
    transactions: v.union([v.array(hash), v.array(transaction)]),
    uncles: v.array(hash),
  }),
  { name: "Block" },
);

export const feeHistory = named(
  v.object({
    oldestBlock: quantity,
    baseFeePerGas: v.array(quantity),
    gasUsedRatio: v.array(v.number()),
    reward: v.optional(v.array(v.array(quantity))),
  }),
  { name: "FeeHistory" },
);

export const messageCid = named(v.object({ "/": v.string() }), { name: "Cid" });
export const flag = named(v.boolean(), { name: "Flag" });
export const text = named(v.string(), { name: "Text" });
