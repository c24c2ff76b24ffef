import type { Blockstore } from "../../blockstore/blocks.js";
import type { EpochIndex } from "../../chain/history/epoch-index.js";
import type { NetworkSource } from "../../chain/store/network-source.js";
import type { Cid } from "../../encoding/cid.js";
import type { Outcome } from "./block-maker.js";

/** The place at which a chain leaves another one. */
export interface ForkPoint {
  readonly network: NetworkSource;
  /** The last tipset that both have. */
  readonly key: readonly Cid[];
  /** State and receipts that it has led to, as the tipset on top of it says. Undefined: it has to be executed. */
  readonly outcome: Outcome | undefined;
}

/** A chain that another one goes on from. */
export interface ChainBase {
  /** Blocks of both chains; what is put are one's own. */
  readonly blockstore: Blockstore;
  /** Index of the chain beneath, up to the point. Undefined: its tipsets are found by going back from there. */
  readonly index: EpochIndex | undefined;
  /** Throws `FvmError`, with the code of what is wrong. */
  point(): Promise<ForkPoint>;
  /** Tipsets above this epoch are not the other chain's. */
  leave?(epoch: number): void;
  close(): Promise<void>;
}
