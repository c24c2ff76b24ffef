import { ADDRESS_PROTOCOL, type Address, addressProtocol } from "../address/address.js";
import { FvmError } from "../errors.js";
import { retrying } from "../ipld/retrying.js";
import { accountAddress } from "../vm/kernel/key-address.js";
import { type Machine, walkMachine } from "../vm/machine/machine.js";

/**
 * The address of the key that signs a sender's messages, whose kind says how long the signature is. The sender's own
 * address if nobody signs for it. Source: Lotus node/impl/full/gas.go, which asks for it before it estimates gas.
 */
export async function signerOf(
  machine: Machine,
  from: Address,
  signal: AbortSignal | undefined,
): Promise<Address> {
  const protocol = addressProtocol(from);
  if (protocol !== ADDRESS_PROTOCOL.ID && protocol !== ADDRESS_PROTOCOL.ACTOR) return from;
  return walkMachine(machine, "simulate", signal, function* ({ tree, blocks, context }) {
    const actor = yield* retrying(() => {
      const id = tree.resolveAddress(from);
      return id === undefined ? undefined : tree.getActor(id);
    });
    if (actor?.delegatedAddress !== undefined) return actor.delegatedAddress;
    if (actor?.code !== context.manifest.account) return from;
    // Executing the message does not need it, so a store of a part of the state may lack it.
    const state = yield* retrying(() => blocks.find(actor.state));
    return (state && keyIn(state)) ?? from;
  });
}

/** Undefined if the state is no account's. */
function keyIn(state: Uint8Array): Address | undefined {
  try {
    return accountAddress(state);
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}
