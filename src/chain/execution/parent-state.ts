import { type Address, addressId } from "../../address/address.js";
import { BlockCache, cacheParts } from "../../blockstore/block-cache.js";
import { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { retrying } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import { StoredState } from "../../vm/state-tree/state-view.js";
import { networkAt } from "./ask-node.js";
import type { ChainNode } from "./node.js";

/** The state that a tipset's parent has left, as far as addresses go. Read only when it is asked. */
export class ParentState {
  private state: StoredState | undefined;
  private blocks: Blocks | undefined;

  /** @param epoch of the parent */
  constructor(
    private readonly node: ChainNode,
    private readonly stateRoot: Cid,
    private readonly epoch: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** The ID of an address, if it has one; of an f0 address its own. */
  *resolve(address: Address): Waits<ActorId | undefined> {
    return yield* retrying(() => {
      this.state ??= this.load();
      return addressId(address) ?? this.state.resolveAddress(address);
    });
  }

  private load(): StoredState {
    this.blocks ??= this.open();
    const { rules } = networkAt(this.node, this.epoch);
    return StoredState.load(this.blocks, this.stateRoot, rules.state.treeVersions);
  }

  private open(): Blocks {
    const { blockCache, blockstore } = this.node;
    const { newBuffer, decoded } = cacheParts(blockCache ?? BlockCache.shared);
    const blocks = new Blocks(newBuffer(), blockstore, decoded);
    blocks.signal = this.signal;
    return blocks;
  }
}
