import { type Address, addressId } from "../../address/address.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import type { Cid } from "../../encoding/cid.js";
import { type InspectedState, onState } from "../../inspect/state/inspected-state.js";
import { retryingInside } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import type { ActorState } from "../../vm/state-tree/actor-state.js";
import type { NodeChain } from "../chain/node-chain.js";

/** An actor, if there is one, and its type, if it is builtin. */
export interface FoundActor {
  readonly actor: ActorState | undefined;
  readonly type: ActorType | undefined;
}

/** A state that is to be edited. Its methods throw as `onState`. */
export class DevState {
  constructor(
    private readonly chain: NodeChain,
    private readonly root: Cid,
  ) {}

  find(address: Address): Promise<FoundActor> {
    return this.#on(function* ({ view, actors }) {
      const id = addressId(address) ?? (yield* retryingInside(() => view.resolveAddress(address)));
      const actor = id === undefined ? undefined : yield* retryingInside(() => view.getActor(id));
      return { actor, type: actor && actors.typeOf(actor.code) };
    });
  }

  /** Code of a type of builtin actors. */
  codeOf(type: ActorType): Promise<Cid> {
    // biome-ignore lint/correctness/useYield: the state has been opened, and nothing else is read
    return this.#on(function* ({ actors }) {
      return actors.codeOf(type) as Cid;
    });
  }

  #on<T>(read: (state: InspectedState) => Waits<T>): Promise<T> {
    const { chain, network, head } = this.chain;
    return onState(
      chain.blockstore,
      { root: this.root, network: networkVersionAt(network, head.epoch) },
      read,
      {},
    );
  }
}
