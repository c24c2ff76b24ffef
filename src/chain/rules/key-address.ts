import { ADDRESS_PROTOCOL, type Address, addressId, addressProtocol } from "../../address/address.js";
import type { InspectedState } from "../../inspect/state/inspected-state.js";
import { retryingInside } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import { accountAddress } from "../../vm/kernel/key-address.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";

/** Whether signatures of this address are checked against itself; the key of an f0 address is in a state. */
export function isKeyAddress(address: Address): boolean {
  const protocol = addressProtocol(address);
  return protocol !== ADDRESS_PROTOCOL.ID && protocol !== ADDRESS_PROTOCOL.ACTOR;
}

/**
 * The address of an account's key: of an f0 address its actor's f4 address, or else the account's f1 or f3 address.
 * Undefined: there is none. Source: Lotus chain/vm/vm.go, `ResolveToDeterministicAddr`.
 */
export function* keyAddressIn(
  { view, blocks, actors }: InspectedState,
  address: Address,
): Waits<Address | undefined> {
  if (isKeyAddress(address)) return address;
  const id = addressId(address) as ActorId | undefined;
  if (id === undefined) return undefined;
  const actor = yield* retryingInside(() => view.getActor(id));
  if (actor?.delegatedAddress !== undefined) return actor.delegatedAddress;
  if (actor === undefined || actors.typeOf(actor.code) !== "account") return undefined;
  return accountAddress(yield* retryingInside(() => blocks.get(actor.state)));
}
