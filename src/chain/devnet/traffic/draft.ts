import type { Address } from "../../../address/address.js";
import type { Cid } from "../../../encoding/cid.js";
import type { Receipt } from "../../../message/receipt.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { Draw } from "../draw.js";
import type { FeeLevel } from "./fees.js";
import type { World } from "./world.js";

/** A message as its kind decides it; sender, nonce and fees are added. */
export interface Draft {
  readonly to: Address;
  /** attoFIL. Default 0. */
  readonly value?: bigint;
  readonly method?: number;
  readonly params?: Uint8Array;
  readonly gasLimit: number;
  /** Default: they are enough. */
  readonly fees?: Exclude<FeeLevel, "enough">;
  /** Is told what became of it, if it is executed. */
  readonly learn?: (receipt: Receipt) => void;
}

/** In which a message is drawn up. */
export interface Scene {
  readonly draw: Draw;
  readonly sender: SigningKey;
  readonly world: World;
  readonly networkVersion: number;
  /** Code of a builtin actor. */
  codeOf(name: string): Cid;
}
