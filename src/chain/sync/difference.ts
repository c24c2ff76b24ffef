import type { Cid } from "../../encoding/cid.js";
import type { StateComparison } from "../../inspect/state/compare-states.js";
import type { Receipt } from "../../message/receipt.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { BlockRefusal } from "../validation/refusal.js";

/** A block that is not what the rules make of its parents, explained as far as the store has what it says instead. */
export interface ChainDifference {
  /** Epoch of the block. */
  readonly epoch: number;
  /** CIDs of the headers of the block's tipset. */
  readonly tipset: readonly Cid[];
  /** CID of the block's header. */
  readonly block: Cid;
  readonly refusal: BlockRefusal;
  /** The tipset that was executed: the one before. Only if its outcome is what differs. */
  readonly executed?: { readonly epoch: number; readonly tipset: readonly Cid[] };
  /** Receipts that differ; undefined: none do, or those of the header cannot be read. */
  readonly receipts?: readonly ReceiptDifference[];
  /** Number of further receipts that differ, as far as they were read. */
  readonly moreReceipts?: number;
  /** From the state as it came out to that of the header; undefined: they are the same, or the latter cannot be read. */
  readonly state?: ExplainedState;
  /** Possible causes, in sentences. */
  readonly hints: readonly string[];
}

/** A receipt that is not what the header says. */
export interface ReceiptDifference {
  /** Among the tipset's. */
  readonly index: number;
  /** Undefined: there is no such message. */
  readonly message: Cid | undefined;
  /** As it came out; undefined: there is none. */
  readonly expected: Receipt | undefined;
  /** The header's; undefined: there is none. */
  readonly found: Receipt | undefined;
}

/** In what two states differ, and which messages were there. */
export interface ExplainedState {
  readonly comparison: StateComparison;
  /** Messages that have changed an actor that differs, in order. */
  readonly changedBy: ReadonlyMap<ActorId, readonly NamedMessage[]>;
}

/** A message of a tipset: of the chain, by its CID, or an implicit one. */
export type NamedMessage =
  | { readonly kind: "explicit"; readonly cid: Cid }
  | { readonly kind: "reward"; readonly block: Cid }
  | { readonly kind: "cron" };
