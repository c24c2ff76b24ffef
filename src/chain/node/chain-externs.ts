import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { ConsensusFault, Externs, GuestEpoch } from "../../vm/externs/externs.js";
import type { Asking } from "../execution/node.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { ElectionStates } from "../rules/election-states.js";
import { tipsetCid } from "../types/tipset-key.js";
import { consensusFault } from "./consensus-fault.js";
import { beaconRandomness, chainRandomness } from "./randomness.js";

/** Parts that the externs of all machines of a node have in common. */
export interface ChainSources {
  readonly network: ChainNetwork;
  readonly chain: Chain;
  readonly states: ElectionStates;
  readonly options: BlockAccessOptions;
}

/** A chain's answers to one machine: what the tipset in execution and its ancestors say. */
export class ChainExterns implements Externs {
  constructor(
    private readonly sources: ChainSources,
    private readonly asking: Asking,
  ) {}

  async getChainRandomness(epoch: GuestEpoch): Promise<Uint8Array | undefined> {
    const { network, chain } = this.sources;
    return chainRandomness(network, chain, await this.#tipset(), Number(epoch));
  }

  async getBeaconRandomness(epoch: GuestEpoch): Promise<Uint8Array | undefined> {
    const { network, chain } = this.sources;
    return beaconRandomness(network, chain, await this.#tipset(), Number(epoch));
  }

  async getTipsetCid(epoch: GuestEpoch): Promise<Cid | undefined> {
    const tipset = await this.sources.chain.tipsetAt(Number(epoch), await this.#tipset(), "before");
    return tipset && tipsetCid(tipset.key);
  }

  async verifyConsensusFault(
    header1: Uint8Array,
    header2: Uint8Array,
    extra: Uint8Array,
  ): Promise<ConsensusFault | undefined> {
    const { epoch, stateRoot } = this.asking;
    const setting = { ...this.sources, from: await this.#tipset(), epoch, stateRoot };
    return consensusFault(setting, header1, header2, extra);
  }

  async #tipset(): Promise<ChainTipset> {
    const { tipset, epoch } = this.asking;
    if (tipset !== undefined) return this.sources.chain.tipset(tipset);
    throw new FvmError("INVALID_TIPSET", { epoch, reason: "it has no key from which to look back" });
  }
}
