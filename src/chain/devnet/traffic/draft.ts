import type { Address } from "../../../address/address.js";
import type { Cid } from "../../../encoding/cid.js";
import type { InspectedState } from "../../../inspect/state/inspected-state.js";
import type { Receipt } from "../../../message/receipt.js";
import type { Waits } from "../../../util/waits.js";
import type { ActorId } from "../../../vm/state-tree/actor-state.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { Draw } from "../draw.js";
import type { FeeLevel } from "./fees.js";
import type { World } from "./world.js";

/** A message as its kind decides it; nonce and fees are added. */
export interface Draft {
  readonly from: SigningKey;
  readonly to: Address;
  /** attoFIL. Default 0. */
  readonly value?: bigint;
  readonly method?: number;
  readonly params?: Uint8Array;
  readonly gasLimit: number;
  /** Default: they are enough. */
  readonly fees?: Exclude<FeeLevel, "enough">;
  /** Is told what became of it, if it is executed. */
  readonly learn?: (outcome: Outcome) => void;
}

/** A message's outcome. */
export interface Outcome extends Receipt {
  /** In which it was executed. */
  readonly epoch: number;
  readonly sender: ActorId;
}

/** In which a message is drawn up. */
export interface Scene {
  readonly draw: Draw;
  readonly world: World;
  readonly networkVersion: number;
  /** Of the tipset before: the message is executed later. */
  readonly epoch: number;
  /** The digest of its ticket. */
  readonly ticket: Uint8Array;
  /** After it. */
  readonly state: InspectedState;
  /** Code of a builtin actor. */
  codeOf(name: string): Cid;
}

/** Draws up a message, or finds nothing to do. */
export type Drafting = (scene: Scene) => Draft | undefined | Waits<Draft | undefined>;
