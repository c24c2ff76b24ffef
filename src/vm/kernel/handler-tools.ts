import { type Address, readAddress } from "../../address/address.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import type { GasCharge } from "../gas/charges.js";
import type { SyscallContext } from "./context.js";
import { addressFault } from "./malformed.js";

/** An `in` parameter that is an address. */
export function addressArgument({ args, network }: SyscallContext, slot: number): Address {
  const bytes = args.bytes(slot);
  const address = readAddress(bytes, { delegated: network.rules.state.delegatedAddresses });
  if (address === undefined) throw new SyscallError(ErrorNumber.IllegalArgument, addressFault(bytes));
  return address;
}

/** A charge of zero, which only observers notice. */
export function noteFree({ gas, network }: SyscallContext, charge: GasCharge): void {
  if (network.rules.native.namesFreeCharges) gas.note(charge);
}

/** @param text why a read-only call may not */
export function refuseReadOnly({ frame }: SyscallContext, text: string): void {
  if (frame.readOnly) throw new SyscallError(ErrorNumber.ReadOnly, text);
}
