import type { KernelExterns } from "../externs/externs.js";
import type { PriceList } from "../gas/price-list.js";
import type { GasTracker } from "../gas/tracker.js";
import type { NetworkVersion } from "../network/version.js";
import type { KernelProofs } from "../proofs/replaying.js";
import type { Answer, Arguments, Calls, Frame, SyscallContext } from "./context.js";
import type { MachineContext } from "./machine-context.js";

const NOBODY: Frame = { actorId: 0, caller: 0, method: 0, value: 0n, readOnly: true };

/** The one syscall context of a machine. Frame and gas change: per syscall and per message. */
export class KernelContext implements SyscallContext {
  readonly prices: PriceList;
  /** The frame whose syscall is answered. */
  frame: Frame = NOBODY;

  constructor(
    readonly network: NetworkVersion,
    readonly machine: MachineContext,
    readonly args: Arguments,
    readonly answer: Answer,
    readonly externs: KernelExterns,
    readonly proofs: KernelProofs,
    readonly call: Calls,
    /** Gas of the current message. */
    public gas: GasTracker,
  ) {
    this.prices = network.priceList;
  }
}
