/**
 * Test vectors as this project sees them: the public schema (filecoin-project/fvm-test-vectors), its
 * classes `message` and `tipset`, with a few additions.
 */
import type { Cid } from "../../encoding/cid.js";
import type { I64, U64 } from "../../util/u64.js";

/** One state of the network that a vector is to be run at. */
export interface Variant {
  readonly id: string;
  readonly epoch: number;
  readonly networkVersion: number;
}

/** Randomness that was asked for when the vector was made. */
export interface RecordedRandomness {
  readonly source: "chain" | "beacon";
  /** Guests may ask for any. */
  readonly epoch: I64;
  readonly value: Uint8Array;
}

/** The receipt that a message must have. */
export interface ExpectedReceipt {
  readonly exitCode: number;
  readonly returnData: Uint8Array;
  /** Gas. */
  readonly gasUsed: bigint;
  /** `undefined` if the vector says nothing about events; `null` if there are none. */
  readonly eventsRoot: Cid | null | undefined;
}

/** Where the fee of one message went, attoFIL and gas. */
export interface ExpectedOutcome {
  readonly penalty: bigint;
  readonly minerTip: bigint;
  readonly baseFeeBurn: bigint;
  readonly overEstimationBurn: bigint;
  readonly refund: bigint;
  readonly gasRefund: bigint;
  readonly gasBurned: bigint;
}

interface VectorBase {
  /** Path of the file. */
  readonly file: string;
  readonly id: string;
  /** `public`: of the public corpus, names no actors of its own. Decides what is taken for granted. */
  readonly origin: "public" | "generated";
  /** Why this runner cannot run it; `undefined` if it can. */
  readonly unsupported: string | undefined;
  /** Blocks that are read and not in the bundle, as a CAR. */
  readonly car: () => Uint8Array;
  readonly variants: readonly Variant[];
  /** Root of the state before. */
  readonly stateRoot: Cid;
  /** attoFIL. */
  readonly circulatingSupply: bigint;
  /** Builtin actors, such as `v13`; `undefined`: those of the network version. */
  readonly bundle: string | undefined;
  /** Name of a genesis state that takes the bundle's place. */
  readonly genesis: string | undefined;
  readonly chainId: U64;
  readonly randomness: readonly RecordedRandomness[];
  readonly expected: {
    /** Root of the state after. */
    readonly stateRoot: Cid;
    readonly receipts: readonly ExpectedReceipt[];
  };
}

/** A message of a vector. */
export interface VectorMessage {
  /** CBOR of the unsigned message. */
  readonly bytes: Uint8Array;
  readonly kind: "explicit" | "implicit";
}

/** Messages on one machine, one after the other. */
export interface MessageVector extends VectorBase {
  readonly class: "message";
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  readonly messages: readonly VectorMessage[];
  readonly expected: VectorBase["expected"] & {
    /** One for each message; `undefined` if the vector has none. */
    readonly outcomes: readonly ExpectedOutcome[] | undefined;
  };
}

/** A block of a tipset of a vector. */
export interface VectorBlock {
  /** Text of the address. */
  readonly miner: string;
  readonly winCount: number;
  /** CBOR of unsigned messages. */
  readonly messages: readonly Uint8Array[];
}

/** A tipset of a vector. */
export interface VectorTipset {
  /** Counted from the variant's epoch. */
  readonly epochOffset: number;
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  /** Seconds since 1970. */
  readonly timestamp: U64;
  readonly blocks: readonly VectorBlock[];
}

/** Results that a tipset must have. */
export interface ExpectedTipset {
  readonly epoch: number;
  readonly stateRoot: Cid;
  readonly receiptsRoot: Cid;
  readonly cronExitCode: number;
  /** Gas of explicit messages. */
  readonly gasUsed: bigint;
  /** Gas of rewards and cron, without null rounds. */
  readonly implicitGasUsed: bigint;
  readonly blocks: readonly ExpectedBlock[];
  /** Some or all null rounds before it, in order. */
  readonly nullRounds: readonly { readonly epoch: number; readonly stateRoot: Cid }[];
}

/** Results that a block of a tipset must have. */
export interface ExpectedBlock {
  /** Messages that were executed, duplicates not counted. */
  readonly applied: number;
  /** attoFIL. */
  readonly gasReward: bigint;
  /** attoFIL. */
  readonly penalty: bigint;
  readonly rewardExitCode: number;
}

/** A chain of tipsets. */
export interface TipsetVector extends VectorBase {
  readonly class: "tipset";
  /** Seconds since 1970. */
  readonly genesisTimestamp: U64;
  readonly tipsetCids: ReadonlyMap<number, Cid>;
  readonly tipsets: readonly VectorTipset[];
  readonly expected: VectorBase["expected"] & {
    readonly receiptsRoots: readonly Cid[];
    /** One for each tipset; `undefined` if the vector has none. */
    readonly tipsets: readonly ExpectedTipset[] | undefined;
  };
}

/** A test vector of either class. */
export type Vector = MessageVector | TipsetVector;
