import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import type { U64 } from "../../util/u64.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";

/** A message in a block. */
export interface BlockMessage {
  readonly message: Message;
  /** Bytes of the message as the chain stores it: with its signature unless that is in the block's aggregate. */
  readonly rawLength: number;
  /**
   * Whether its sender has not signed it, as only chains to test with have it: a sender who sends no messages, such as a
   * contract, then does, and pays nothing. Default: no.
   */
  readonly isUnsigned?: boolean;
}

/** A block of a tipset, as far as its execution needs it. */
export interface TipsetBlock {
  /** Address that gets the reward; an actor ID. */
  readonly miner: Address;
  /** How many times the block's miner has won: it multiplies the reward. */
  readonly winCount: number;
  /** In order of execution: those with aggregated signatures first. */
  readonly messages: readonly BlockMessage[];
}

/** The part of a tipset that its messages can see. */
export interface TipsetContext {
  readonly epoch: number;
  /** Seconds since 1970: the least of the blocks' timestamps. */
  readonly timestamp: U64;
  /** attoFIL per gas, as the blocks' headers say. */
  readonly baseFee: bigint;
  /** CIDs of the blocks' headers, in the tipset's order, for externs that look back from it. */
  readonly key?: readonly Cid[];
}

/** A tipset to execute: blocks of the same epoch on the same parents. */
export interface Tipset extends TipsetContext {
  /** Epoch of the tipset before; between the two are null rounds. */
  readonly parentEpoch: number;
  /** In the tipset's order. */
  readonly blocks: readonly TipsetBlock[];
}

/** Results of one block's messages. */
export interface BlockResult {
  /** One for each message that was executed. Those that were left out have no receipt. */
  readonly messages: readonly ApplyResult[];
  /** The places of these messages in the block, ascending. */
  readonly executed: readonly number[];
  /** attoFIL: tips of the block's messages. */
  readonly gasReward: bigint;
  /** attoFIL: what the miner owes for them. */
  readonly penalty: bigint;
  /** The implicit message that pays the miner. */
  readonly reward: ApplyResult;
}

/** An epoch without blocks. */
export interface NullRound {
  readonly epoch: number;
  /** State after the epoch's cron. */
  readonly stateRoot: Cid;
  readonly cron: ApplyResult;
}

/** Results of a tipset, and the state it led to. */
export interface TipsetResult {
  /** State after the tipset, which the blockstore has. */
  readonly stateRoot: Cid;
  /** Root of the receipts of the blocks' messages; its blocks are in the blockstore. */
  readonly receiptsRoot: Cid;
  /** Epochs without blocks since the parent, ascending. */
  readonly nullRounds: readonly NullRound[];
  /** One for each block, in the tipset's order. */
  readonly blocks: readonly BlockResult[];
  readonly cron: ApplyResult;
}
