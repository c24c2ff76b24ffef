import type { Message } from "../../message/message.js";
import { Machine } from "../../vm/machine/machine.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";

/** Scouts at the same time: more have cost more than they brought, also at high latency. */
const MAX_SCOUTS = 8;

/**
 * Executes messages before it is their turn, on machines that are thrown away: each reads what its message will read,
 * as far as that does not depend on messages before it. A scout that need not wait is the last one until the epoch's
 * own machine has to wait again: without waits they would only double the work.
 */
export class Scouts {
  readonly #options: MachineOptions;
  /** Indices of messages that have no scout yet. Cron, the last one and the longest, comes first. */
  readonly #ahead: number[];
  readonly #scouting = new Map<number, AbortController>();
  readonly #idle: Machine[] = [];
  #lanes = 0;
  #reached = 0;
  #isClosed = false;

  /**
   * @param options those of the epoch's machine, with a store for looking ahead
   * @param asked how many blocks that store has been asked for
   */
  constructor(
    options: MachineOptions,
    private readonly messages: readonly Message[],
    private readonly asked: () => number,
  ) {
    const { observer: _, debug: __, ...quiet } = options;
    this.#options = { ...quiet, proofs: acceptProofs };
    const last = messages.length - 1;
    this.#ahead = [last, ...messages.keys()].slice(0, messages.length);
  }

  /** The epoch's own machine is at this message. */
  reached(index: number): void {
    this.#reached = index;
    for (const [scouted, controller] of this.#scouting) if (scouted < index) controller.abort();
  }

  /** The epoch's own machine has to wait. */
  send(): void {
    while (this.#lanes < MAX_SCOUTS && this.#ahead.length > 0) void this.#lane();
  }

  close(): void {
    this.#isClosed = true;
    for (const controller of this.#scouting.values()) controller.abort();
    for (const machine of this.#idle.splice(0)) machine.close();
  }

  /** Scouts one after the other, as long as they find blocks that are not there. */
  async #lane(): Promise<void> {
    this.#lanes++;
    let before: number;
    do {
      before = this.asked();
      const index = this.#next();
      if (index !== undefined) await this.#scout(index, this.messages[index] as Message);
    } while (this.asked() > before && !this.#isClosed);
    this.#lanes--;
  }

  #next(): number | undefined {
    for (;;) {
      const index = this.#ahead.shift();
      if (index === undefined || index > this.#reached) return index;
    }
  }

  async #scout(index: number, message: Message): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#scouting.set(index, controller);
    let machine: Machine | undefined;
    try {
      machine = this.#idle.pop() ?? (await Machine.create({ ...this.#options, signal }));
      // Nobody pays for an implicit message, so it would not look at the sender.
      await machine.getActor(message.from, { signal });
      await machine.execute(message, { kind: "implicit", signal });
      if (!this.#isClosed) this.#idle.push(machine);
    } catch {
      // Also over what is wrong with the store: whoever needs the block says so.
    } finally {
      this.#scouting.delete(index);
      if (machine !== undefined && !this.#idle.includes(machine)) machine.close();
    }
  }
}
