import { type Address, addressId } from "../../address/address.js";
import type { EthAddress } from "../../builtin/evm/index.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { NO_ADDRESS, shownAddress, writtenAddress } from "../../inspect/tracers/addresses.js";
import { retryingInside } from "../../ipld/retrying.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { NodeChain } from "../chain/node-chain.js";
import { onStateAfter } from "./state-after.js";

/** Ethereum's addresses of Filecoin's. */
export interface ShownAddresses {
  /** Address that was asked for; `NO_ADDRESS`: it has no actor. */
  of(address: Address): EthAddress;
  /** Of an actor that was asked for. */
  ofActor(id: ActorId): EthAddress;
}

/**
 * Ethereum's addresses in the state after a tipset: of an f410 address what it holds; else the actor's f410 address if it
 * has one, else its masked ID. Throws as `onStateAfter`. Source: Lotus node/impl/eth/utils.go, `lookupEthAddress`.
 */
export async function shownAddresses(
  chain: NodeChain,
  tipset: ChainTipset,
  asked: { readonly addresses: Iterable<Address>; readonly actors: Iterable<ActorId> },
  options: ChainReadOptions,
): Promise<ShownAddresses> {
  const byAddress = new Map<Address, EthAddress>();
  const open = new Set<Address>();
  for (const address of asked.addresses) {
    const written = addressId(address) === undefined ? writtenAddress(address) : undefined;
    if (written === undefined) open.add(address);
    else byAddress.set(address, written);
  }
  const actors = new Set(asked.actors);
  const byActor = new Map<ActorId, EthAddress>();
  if (open.size > 0 || actors.size > 0) {
    await onStateAfter(
      chain,
      tipset,
      function* ({ view }) {
        for (const id of actors) {
          const actor = yield* retryingInside(() => view.getActor(id));
          byActor.set(id, shownAddress(id, actor));
        }
        for (const address of open) {
          const shown = yield* retryingInside(() => {
            const id = addressId(address) ?? view.resolveAddress(address);
            return id === undefined ? NO_ADDRESS : shownAddress(id, view.getActor(id));
          });
          byAddress.set(address, shown);
        }
      },
      options,
    );
  }
  return {
    of: (address) => byAddress.get(address) ?? NO_ADDRESS,
    ofActor: (id) => byActor.get(id) ?? shownAddress(id, undefined),
  };
}
