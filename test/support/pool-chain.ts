/** A devnet as message pools see chains. */
import type { DevnetChain } from "../../src/chain/devnet/devnet-chain.js";
import type { ChainTipset } from "../../src/chain/history/chain-tipset.js";
import { stateAfter } from "../../src/chain/node/execute-chain-tipset.js";
import { messageCid, signedMessageCid } from "../../src/chain/types/signed-message.js";
import type { HeadChanges, TipsetMessage } from "../../src/node/pool/message-pool.js";
import type { PoolChain } from "../../src/node/pool/pool-chain.js";

type Change = Parameters<Parameters<HeadChanges["onChange"]>[0]>[0];

export class DevnetPoolChain implements PoolChain, HeadChanges {
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(readonly devnet: DevnetChain) {}

  get network() {
    return this.devnet.network;
  }

  get head(): ChainTipset {
    return this.devnet.head;
  }

  get chain() {
    return this.devnet.chain;
  }

  async messages(tipset: ChainTipset): Promise<readonly TipsetMessage[]> {
    if (tipset.epoch === 0) return [];
    const blocks = await this.devnet.chain.messages(tipset);
    return blocks.flatMap(({ bls, secp }) => [
      ...bls.map((message) => ({ cid: messageCid(message), message })),
      ...secp.map((signed) => ({ cid: signedMessageCid(signed), message: signed.message, signed })),
    ]);
  }

  async stateAfter(tipset: ChainTipset) {
    return (await stateAfter(this.devnet.node, this.devnet.chain, tipset)).stateRoot;
  }

  tipsetAt(epoch: number, nullRound: "before" | "after") {
    return this.devnet.chain.tipsetAt(epoch, this.head, nullRound);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Partial<Change>): void {
    for (const listener of this.#listeners) listener({ revert: [], apply: [], ...change });
  }
}
