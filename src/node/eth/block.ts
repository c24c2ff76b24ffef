/** Blocks in Ethereum's JSON. Source: Lotus node/impl/eth/utils.go, `newEthBlockFromFilecoinTipSet`. */
import type { EthAddress } from "../../builtin/evm/index.js";
import { firstHeader } from "../../chain/history/chain-tipset.js";
import { type Hex, quantity } from "../../inspect/tracers/hex.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { U64 } from "../../util/u64.js";
import { FULL_BLOOM } from "./bloom.js";
import type { EthTipset } from "./eth-tipset.js";
import { blockHash } from "./hashes.js";
import type { EthHash } from "./json.js";
import type { TransactionJson } from "./transaction.js";

/** A block in JSON. What tipsets have no counterpart for is 0. */
export interface BlockJson {
  readonly hash: EthHash;
  readonly parentHash: EthHash;
  readonly sha3Uncles: EthHash;
  readonly miner: EthAddress;
  readonly stateRoot: EthHash;
  readonly transactionsRoot: EthHash;
  readonly receiptsRoot: EthHash;
  readonly logsBloom: Hex;
  readonly difficulty: Hex;
  readonly totalDifficulty: Hex;
  /** The epoch. */
  readonly number: Hex;
  /** All blocks of the tipset together. */
  readonly gasLimit: Hex;
  readonly gasUsed: Hex;
  /** Seconds since 1970. */
  readonly timestamp: Hex;
  readonly extraData: Hex;
  readonly mixHash: EthHash;
  readonly nonce: Hex;
  /** attoFIL per gas. */
  readonly baseFeePerGas: Hex;
  readonly size: Hex;
  readonly transactions: readonly EthHash[] | readonly TransactionJson[];
  readonly uncles: readonly never[];
}

const NO_HASH: EthHash = `0x${"00".repeat(32)}`;
/** Keccak-256 of an empty list in RLP. */
const NO_UNCLES: EthHash = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
/** Keccak-256 of nothing in RLP: the root of an empty tree. */
const EMPTY_ROOT: EthHash = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

/** Details to tell about a block. */
export interface BlockOptions {
  /** Whether its transactions are told as a whole, not only their hashes. */
  readonly full: boolean;
  /** Whether its logs are not known yet. */
  readonly isBloomOpen: boolean;
}

/** Ways in which blocks differ. */
export interface BlockFacts {
  readonly hash: EthHash;
  readonly parentHash: EthHash;
  readonly epoch: number;
  readonly timestamp: U64;
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  /** Number of blocks. */
  readonly width: number;
  readonly gasUsed: bigint;
  readonly logsBloom: Hex;
  readonly transactions: readonly TransactionJson[];
}

export function blockJson(of: EthTipset, { full, isBloomOpen }: BlockOptions): BlockJson {
  const { executed, hash, transactions, bloom } = of;
  const { tipset, messages } = executed;
  const first = firstHeader(tipset);
  const facts: BlockFacts = {
    hash,
    parentHash: blockHash(first.parents),
    epoch: tipset.epoch,
    timestamp: first.timestamp,
    baseFee: first.parentBaseFee,
    width: tipset.headers.length,
    gasUsed: messages.reduce((sum, { receipt }) => sum + BigInt(receipt.gasUsed), 0n),
    logsBloom: isBloomOpen ? FULL_BLOOM : bloom,
    transactions,
  };
  return blockOfFacts(facts, full);
}

/** @param full whether transactions are told as a whole, not only their hashes */
export function blockOfFacts(facts: BlockFacts, full: boolean): BlockJson {
  const { hash, parentHash, logsBloom, transactions } = facts;
  return {
    hash,
    parentHash,
    sha3Uncles: NO_UNCLES,
    miner: `0x${"00".repeat(20)}`,
    stateRoot: NO_HASH,
    transactionsRoot: transactions.length === 0 ? EMPTY_ROOT : NO_HASH,
    receiptsRoot: NO_HASH,
    logsBloom,
    difficulty: "0x0",
    totalDifficulty: "0x0",
    number: quantity(facts.epoch),
    gasLimit: quantity(BLOCK_GAS_LIMIT * facts.width),
    gasUsed: quantity(facts.gasUsed),
    timestamp: quantity(facts.timestamp),
    extraData: "0x",
    mixHash: NO_HASH,
    nonce: "0x0000000000000000",
    baseFeePerGas: quantity(facts.baseFee),
    size: "0x0",
    transactions: full ? transactions : transactions.map(({ hash }) => hash),
    uncles: [],
  };
}
