import type { Receipt } from "../../message/receipt.js";
import { isFlag, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { Observation, Observer } from "../../vm/trace/observation.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { Amount } from "./amounts.js";
import { checkTraced } from "./checked.js";
import { MessageProfiler, type ProfileOptions } from "./message-profiler.js";
import type { GasProfile } from "./profile.js";
import { replay } from "./replay.js";
import { ProfileTree } from "./tree.js";

const OPTIONS: Checks<ProfileOptions> = { byAddress: optional(isFlag) };

/**
 * Finds out where gas goes: as the observer of a machine or a chain node, or from traces. It keeps sums, so what it
 * needs does not grow with the number of messages.
 */
export class GasProfiler {
  readonly #tree = new ProfileTree();
  readonly #beyondLimit = new Amount();
  #messages = 0;
  #failed = 0;
  #gasUsed = 0n;
  #current: MessageProfiler | undefined;
  #last: { readonly message: MessageProfiler; readonly receipt: Receipt } | undefined;

  readonly #options: ProfileOptions;

  /** Throws `FvmError` INVALID_OPTION. */
  constructor(options: ProfileOptions = {}) {
    this.#options = checkedOptions(options, OPTIONS);
  }

  /** To be told all that messages do; a message that does not come to its receipt is left out. */
  readonly observer: Observer = (observation) => this.#take(observation);

  /** Adds a message that was traced. Throws `FvmError` INVALID_OPTION. */
  add(trace: MessageTrace, receipt: Receipt): void {
    checkTraced(trace, receipt);
    const current = new MessageProfiler(trace, this.#options);
    if (trace.call !== undefined) {
      replay(trace.call, {
        call(call) {
          current.call(call);
          if (call.callee !== undefined) current.callee(call.callee);
        },
        charge: (name, compute, other) => current.charge(name, compute, other),
        return: ({ end }) => current.return(end),
      });
    }
    this.#finish(current, receipt);
  }

  /** The sum over all messages so far. */
  profile(): GasProfile {
    return {
      messages: this.#messages,
      failed: this.#failed,
      gasUsed: this.#gasUsed,
      beyondLimit: this.#beyondLimit.total,
      root: this.#tree.finish(),
    };
  }

  /** The message that has ended last. Throws if there is none. */
  lastMessage(): GasProfile {
    if (this.#last === undefined) throw new Error("no message was profiled");
    const { message, receipt } = this.#last;
    return {
      messages: 1,
      failed: receipt.exitCode === 0 ? 0 : 1,
      gasUsed: BigInt(receipt.gasUsed),
      beyondLimit: message.beyondLimit.total,
      root: message.tree.finish(),
    };
  }

  #take(observation: Observation): void {
    if (observation.kind === "message") this.#current = new MessageProfiler(observation, this.#options);
    const current = this.#current;
    if (current === undefined) return;
    if (observation.kind === "charge") {
      current.charge(observation.name, observation.compute, observation.other);
    } else if (observation.kind === "call") {
      current.call(observation);
    } else if (observation.kind === "callee") {
      current.callee(observation);
    } else if (observation.kind === "return") {
      current.return(observation.end);
    } else if (observation.kind === "receipt") {
      this.#current = undefined;
      this.#finish(current, observation.receipt);
    }
  }

  #finish(message: MessageProfiler, receipt: Receipt): void {
    message.end(receipt);
    this.#last = { message, receipt };
    this.#tree.merge(message.tree);
    this.#beyondLimit.add(message.beyondLimit.total);
    this.#messages++;
    if (receipt.exitCode !== 0) this.#failed++;
    this.#gasUsed += BigInt(receipt.gasUsed);
  }
}

/** The profile of one message. Throws `FvmError` INVALID_OPTION. */
export function gasProfile(trace: MessageTrace, receipt: Receipt, options?: ProfileOptions): GasProfile {
  const profiler = new GasProfiler(options);
  profiler.add(trace, receipt);
  return profiler.profile();
}
