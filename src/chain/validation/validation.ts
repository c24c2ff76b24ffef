import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { BaseFacts } from "./base-facts.js";
import type { PreparedBlock } from "./prepared-block.js";
import { type BlockRefusal, refusal } from "./refusal.js";
import { SignatureChecks, type SignatureVerdict } from "./signature-checks.js";
import type { Outcome } from "./state-checks.js";
import type { TipsetMessages } from "./tipset-messages.js";

/** A tipset of which all is checked, or being checked, that needs no state. */
export interface PreparedTipset {
  readonly tipset: ChainTipset;
  /** Its parents. */
  readonly base: ChainTipset;
  readonly blocks: readonly PreparedBlock[];
  /** @internal */
  readonly known: TipsetMessages;
  /** Outcome of the signatures that need no state. Never rejects. */
  readonly signatures: Promise<SignatureVerdict>;
}

/** Facts known while a tipset is checked. */
export class Validation {
  readonly checks = new SignatureChecks();
  readonly #miners = new Set<Address>();

  constructor(
    readonly prepared: PreparedTipset,
    readonly outcome: Outcome,
    readonly facts: BaseFacts,
  ) {}

  repeatedMiner(miner: Address, { letter }: ChainNetwork): BlockRefusal | undefined {
    if (this.#miners.has(miner)) return refusal("DUPLICATE_MINER", { miner: formatAddress(miner, letter) });
    this.#miners.add(miner);
    return undefined;
  }
}
