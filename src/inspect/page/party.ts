import type { Address } from "../../address/address.js";
import { idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { ethAddressOf, filecoinToEth } from "../../builtin/evm/eth-address.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { PageActor } from "./data.js";

/** What is known of an actor. */
export interface Party {
  /** As somebody wrote it. */
  readonly address: Address;
  readonly id: ActorId | undefined;
  readonly delegatedAddress: Address | undefined;
  readonly type: string | undefined;
}

/** `f05 storagemarket`, or the address as it was written if there is no ID. */
export function labelOf({ id, address, type }: Omit<Party, "delegatedAddress">): string {
  const text = formatAddress(id === undefined ? address : idAddress(id));
  return type === undefined ? text : `${text} ${type}`;
}

/** An actor with all forms of its address. */
export function pageActor(party: Party): PageActor {
  const { id, address, delegatedAddress } = party;
  const eth = id === undefined ? filecoinToEth(address) : ethAddressOf(id, { delegatedAddress: f4Of(party) });
  const written = delegatedAddress === undefined ? [address] : [address, delegatedAddress];
  const texts = written
    .filter((one) => id === undefined || one !== idAddress(id))
    .map((one) => formatAddress(one));
  const label = labelOf(party);
  return {
    label,
    addresses: [...new Set([...texts, ...(eth === undefined ? [] : [eth])])].filter((text) => text !== label),
  };
}

/** The f4 address: the actor's, or the one by which it was written. */
function f4Of({ address, delegatedAddress }: Party): Address | undefined {
  return delegatedAddress ?? (filecoinToEth(address) === undefined ? undefined : address);
}
