import type { Cid } from "../../encoding/cid.js";

/** Facts of each reason to refuse a block, one line per code. CIDs and addresses are text, amounts attoFIL. */
export interface BlockRefusalDetails {
  /** `expected` follows from the parents, `found` is in the header; so everywhere here. */
  BASE_FEE: { expected: bigint; found: bigint };
  BEACON: { reason: string };
  BLOCK_GAS_LIMIT: { message: string; limit: number };
  BLOCK_SIGNATURE: { worker: string };
  BLS_AGGREGATE: { messages: number };
  ELECTION_PROOF: { worker: string };
  /** A second block of a miner in the tipset. */
  DUPLICATE_MINER: { miner: string };
  /** A kind of Ethereum transaction that the network version does not have. */
  ETH_TRANSACTION_KIND: { message: string; kind: string };
  FROM_THE_FUTURE: { timestamp: number | bigint; now: number };
  /** Null rounds reach back beyond the state that elections look at. */
  LOOKBACK: { epoch: number; parent: number };
  /** The block's messages are not what the chain can have. */
  MALFORMED_MESSAGES: { reason: string };
  /** `index`: among the block's messages of its kind. */
  MESSAGE: { message: string; index: number; field: string; reason: string };
  MESSAGE_ROOT: { expected: string; found: string };
  MESSAGE_SIGNATURE: { message: string; from: string };
  MINER_ADDRESS: { miner: string };
  /** The miner has no power to mine with, or may not. */
  MINER_NOT_ELIGIBLE: { miner: string; reason: string };
  MINER_UNKNOWN: { miner: string };
  MISSING_FIELD: { field: string };
  NONCE: { message: string; from: string; expected: number | bigint; found: number | bigint };
  NOT_AFTER_PARENT: { height: number | bigint; parent: number };
  /** The block's tipset cannot be executed. */
  NOT_EXECUTABLE: { reason: string };
  PARENT_WEIGHT: { expected: bigint; found: bigint };
  /** `expected`: of the receipts of the tipset before, as they come out here. */
  RECEIPTS_ROOT: { expected: string; found: string };
  SENDER: { message: string; from: string; reason: string };
  SIGNATURE_TYPE: { message: string; type: string };
  /** `expected`: of the state after the tipset before, as it comes out here. */
  STATE_ROOT: { expected: string; found: string };
  TICKET: { worker: string };
  TIMESTAMP: { expected: number | bigint; found: number | bigint };
  WIN_COUNT: { expected: number; found: number | bigint };
  WINNING_POST: { miner: string; verdict: string };
}
/** Codes of reasons to refuse a block. */
export type BlockRefusalCode = keyof BlockRefusalDetails;

/** Why a block is not valid. */
export type BlockRefusal = {
  readonly [C in BlockRefusalCode]: {
    readonly code: C;
    readonly details: Readonly<BlockRefusalDetails[C]>;
    /** In one line. */
    readonly text: string;
  };
}[BlockRefusalCode];

/** A block that is not valid. */
export interface RefusedBlock {
  /** CID of its header. */
  readonly block: Cid;
  readonly refusal: BlockRefusal;
}

const differs =
  (what: string) =>
  ({ expected, found }: { expected: unknown; found: unknown }): string =>
    `${what} is ${found} instead of ${expected}`;

const TEXTS: { readonly [C in BlockRefusalCode]: (details: BlockRefusalDetails[C]) => string } = {
  BASE_FEE: differs("base fee"),
  BEACON: ({ reason }) => `beacon entries: ${reason}`,
  BLOCK_GAS_LIMIT: ({ message, limit }) => `gas limits exceed ${limit} with message ${message}`,
  BLOCK_SIGNATURE: ({ worker }) => `block signature is not that of the worker ${worker}`,
  BLS_AGGREGATE: ({ messages }) => `BLS aggregate is not the signature of the ${messages} messages' senders`,
  ELECTION_PROOF: ({ worker }) => `election proof is not that of the worker ${worker}`,
  DUPLICATE_MINER: ({ miner }) => `${miner} has another block in the tipset`,
  ETH_TRANSACTION_KIND: ({ message, kind }) =>
    `message ${message} is a transaction of kind ${kind}, which this network version does not have`,
  FROM_THE_FUTURE: ({ timestamp, now }) => `timestamp ${timestamp} is in the future: it is ${now}`,
  LOOKBACK: ({ epoch, parent }) =>
    `elections look back to epoch ${epoch}, and the parent is of epoch ${parent}`,
  MALFORMED_MESSAGES: ({ reason }) => `malformed messages: ${reason}`,
  MESSAGE: ({ message, field, reason }) => `message ${message}: ${field}: ${reason}`,
  MESSAGE_ROOT: differs("root of the messages"),
  MESSAGE_SIGNATURE: ({ message, from }) => `signature of message ${message} is not that of ${from}`,
  MINER_ADDRESS: ({ miner }) => `miner ${miner} is not named by its ID`,
  MINER_NOT_ELIGIBLE: ({ miner, reason }) => `miner ${miner} is not eligible: ${reason}`,
  MINER_UNKNOWN: ({ miner }) => `miner ${miner} has no claim in the power actor`,
  MISSING_FIELD: ({ field }) => `no ${field}`,
  NONCE: ({ message, from, expected, found }) =>
    `nonce of message ${message} from ${from} is ${found} instead of ${expected}`,
  NOT_AFTER_PARENT: ({ height, parent }) => `height ${height} is not above the parent's ${parent}`,
  NOT_EXECUTABLE: ({ reason }) => `tipset cannot be executed: ${reason}`,
  PARENT_WEIGHT: differs("parent weight"),
  RECEIPTS_ROOT: differs("root of the parent's receipts"),
  SENDER: ({ message, from, reason }) => `sender ${from} of message ${message}: ${reason}`,
  SIGNATURE_TYPE: ({ message, type }) => `message ${message} has a signature of type ${type}`,
  STATE_ROOT: differs("root of the parent's state"),
  TICKET: ({ worker }) => `ticket is not that of the worker ${worker}`,
  TIMESTAMP: differs("timestamp"),
  WIN_COUNT: differs("win count"),
  WINNING_POST: ({ miner, verdict }) => `winning PoSt of ${miner} is ${verdict}`,
};

/** A refusal with its text. */
export function refusal<C extends BlockRefusalCode>(code: C, details: BlockRefusalDetails[C]): BlockRefusal {
  return { code, details, text: TEXTS[code](details) } as BlockRefusal;
}
