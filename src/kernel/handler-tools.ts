import { type Address, readAddress } from "../address/address.js";
import type { GasCharge } from "../gas/charges.js";
import type { SyscallContext } from "./context.js";
import { ErrorNumber, SyscallError } from "./outcome.js";

/** An `in` parameter that is an address. */
export function addressArgument({ args, network }: SyscallContext, slot: number): Address {
  const address = readAddress(args.bytes(slot), { delegated: network.rules.state.delegatedAddresses });
  if (address === undefined) throw new SyscallError(ErrorNumber.IllegalArgument, "malformed address");
  return address;
}

/** A charge of zero, which only traces notice. */
export function free({ gas, network }: SyscallContext, charge: GasCharge): void {
  if (network.rules.trace.namesFreeCharges) gas.apply(charge);
}

export function refuseReadOnly({ frame }: SyscallContext): void {
  if (frame.readOnly) throw new SyscallError(ErrorNumber.ReadOnly, "the call is read-only");
}
