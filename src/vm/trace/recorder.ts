import { HostFault } from "../../errors.js";
import type { Message } from "../../message/message.js";
import { OUT_OF_GAS, SyscallError } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import type { NativeStack } from "../../native/addon.js";
import { forgetPromise } from "../../util/waits.js";
import type { GasCharge } from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import { readObservations } from "./native-observations.js";
import type { CallEnd, Observation, Observer } from "./observation.js";

/**
 * Tells an observer what a machine does, once it holds: a step that has to wait is undone and done again, so
 * what it did is kept back until its end. Machines that nobody observes have none.
 */
export class Recorder {
  private readonly pending: Observation[] = [];

  /** @param isSigned whether amounts of gas are signed (rule `signedGasCharge`) */
  constructor(
    private readonly observer: Observer,
    private readonly stack: NativeStack,
    private readonly prices: PriceList,
    private readonly isSigned: boolean,
  ) {}

  note(observation: Observation): void {
    this.pending.push(observation);
  }

  readonly charge = ({ name, compute, other }: GasCharge): void => {
    this.pending.push({ kind: "charge", name, compute, other });
  };

  /** Takes what C++ has observed. */
  takeNative(): void {
    const memory = this.stack.takeObservations();
    if (memory === undefined) return;
    for (const observation of readObservations(memory, this.prices, this.isSigned)) this.note(observation);
  }

  begin(message: Message, isExplicit: boolean): void {
    this.pending.length = 0;
    this.note({ kind: "message", message, isExplicit });
  }

  end(receipt: Receipt): void {
    this.note({ kind: "receipt", receipt });
    this.commit();
  }

  /** What was noted holds. */
  commit(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    const held = pending.splice(0);
    try {
      for (const observation of held) forgetPromise(this.observer(observation));
    } catch (cause) {
      throw new HostFault("EXTERN_FAILED", { question: "observer" }, { cause });
    }
  }

  /** What was noted is undone. */
  discard(): void {
    this.pending.length = 0;
  }
}

/** How a call ended that something has gone wrong with: `SyscallError`, `OUT_OF_GAS` or `Fatal`. */
export function failedEnd(error: SyscallError | typeof OUT_OF_GAS | { readonly text: string }): CallEnd {
  if (error === OUT_OF_GAS) return { kind: "outOfGas" };
  if (error instanceof SyscallError) return { kind: "refused", errno: error.errno, text: error.text };
  return { kind: "fatal", text: "text" in error ? error.text : "" };
}
