import { ADDRESS_PROTOCOL, type Address, addressProtocol, parseAddressBytes } from "../../address/address.js";
import { CborReader } from "../../ipld/cbor.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import { onBlockOpenBase, onBlockOpenPerByte } from "../gas/charges.js";
import type { SyscallContext } from "./context.js";

/**
 * The f1 or f3 address of an account (up to network version 17). Throws `SyscallError` 6 if there is no
 * such actor, 1 if it is no account.
 * @param charged whether opening the account's state is paid for
 */
export function keyAddress(context: SyscallContext, address: Address, charged: boolean): Address {
  const protocol = addressProtocol(address);
  if (protocol === ADDRESS_PROTOCOL.SECP256K1 || protocol === ADDRESS_PROTOCOL.BLS) return address;
  const { call, gas, prices, machine } = context;
  const id = call.resolveAddress(address);
  const actor = id === undefined ? undefined : call.getRootActor(id);
  if (actor === undefined) throw new SyscallError(ErrorNumber.NotFound, "state tree doesn't contain actor");
  if (actor.code !== machine.manifest.account) {
    throw new SyscallError(ErrorNumber.IllegalArgument, "target actor is not an account");
  }
  if (charged) gas.apply(onBlockOpenBase(prices));
  const state = call.getBlock(actor.state);
  if (charged) gas.apply(onBlockOpenPerByte(prices, state.length));
  return accountAddress(state);
}

/** The only field of an account's state. Throws `FvmError` INVALID_CBOR, INVALID_ADDRESS. */
export function accountAddress(state: Uint8Array): Address {
  const reader = new CborReader(state);
  reader.tuple(1);
  const address = parseAddressBytes(reader.bytes(), { delegated: false });
  reader.end();
  return address;
}
