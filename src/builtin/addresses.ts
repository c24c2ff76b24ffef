import {
  ADDRESS_PROTOCOL,
  type Address,
  addressId,
  addressProtocol,
  checkAddress,
  idAddress,
} from "../address/address.js";
import { formatAddress, type NetworkLetter } from "../address/text.js";
import type { ActorId, ActorState } from "../vm/state-tree/actor-state.js";
import { type EthAddress, ethAddressOf, filecoinToEth } from "./evm/eth-address.js";

/** The forms of an actor's address. Missing: there is none, or it is not known. */
export interface AddressForms {
  /** f0. */
  readonly id?: string;
  /** f1, f2 or f3. */
  readonly robust?: string;
  /** f4. */
  readonly delegated?: string;
  /** By which contracts know it: of its f410 address, or a masked ID. */
  readonly eth?: EthAddress;
}

/** Facts known of an actor besides one of its addresses. */
export interface KnownActor {
  readonly id?: ActorId | undefined;
  /** f1, f2 or f3. */
  readonly robust?: Address | undefined;
  readonly delegatedAddress?: Address | undefined;
}

/** A directory of addresses: a `Machine`, for instance. */
export interface AddressBook {
  /** The ID of an address's actor, if it has one. */
  resolveAddress(address: Address): Promise<ActorId | undefined>;
  /** The actor of an address. */
  getActor(address: Address): Promise<Pick<ActorState, "delegatedAddress"> | undefined>;
}

/**
 * An address in all forms that follow from it and from what is known of its actor. Without the actor's f4 address,
 * `eth` of an f0 address is the masked ID. Throws `FvmError` INVALID_ADDRESS.
 */
export function addressForms(address: Address, known: KnownActor = {}, letter?: NetworkLetter): AddressForms {
  checkAddress(address);
  const protocol = addressProtocol(address);
  const id = addressId(address) ?? known.id;
  const delegatedAddress = protocol === ADDRESS_PROTOCOL.DELEGATED ? address : known.delegatedAddress;
  const isRobust = protocol !== ADDRESS_PROTOCOL.ID && protocol !== ADDRESS_PROTOCOL.DELEGATED;
  const robust = isRobust ? address : known.robust;
  const eth =
    id === undefined
      ? delegatedAddress && filecoinToEth(delegatedAddress)
      : ethAddressOf(id, { delegatedAddress });
  return {
    ...(id !== undefined && { id: formatAddress(idAddress(id), letter) }),
    ...(robust !== undefined && { robust: formatAddress(robust, letter) }),
    ...(delegatedAddress !== undefined && { delegated: formatAddress(delegatedAddress, letter) }),
    ...(eth !== undefined && { eth }),
  };
}

/**
 * An address in all forms that a state knows. The robust address of an ID is not among them: states do not lead from IDs
 * to it.
 */
export async function resolveAddressForms(
  address: Address,
  book: AddressBook,
  letter?: NetworkLetter,
): Promise<AddressForms> {
  const id = await book.resolveAddress(address);
  const actor = id === undefined ? undefined : await book.getActor(idAddress(id));
  return addressForms(address, { id, delegatedAddress: actor?.delegatedAddress }, letter);
}
