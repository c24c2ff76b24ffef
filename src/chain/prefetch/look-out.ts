import type { Blockstore, BlockstoreOptions } from "../../blockstore/blocks.js";
import type { Found } from "../../blockstore/flights.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { Machine } from "../../vm/machine/machine.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import type { AheadStore } from "./ahead-store.js";
import type { Habits } from "./habits.js";

/** The store of one machine that looks ahead: it tells what that machine lacks. */
export class LackingStore implements Blockstore {
  /** Blocks that were not in memory. */
  lacked = 0;
  onLack: (() => void) | undefined;

  constructor(private readonly ahead: AheadStore) {}

  get(cid: Cid, options?: BlockstoreOptions): Promise<Found> {
    this.lacked++;
    const answer = this.ahead.get(cid, options);
    this.onLack?.();
    return answer;
  }

  /** Blocks of machines that look ahead are thrown away. */
  putMany(): void {}
}

interface Scout {
  readonly machine: Machine;
  readonly store: LackingStore;
}

/** How a scout is sent. */
export interface ScoutOptions {
  readonly signal: AbortSignal;
  /** Called when it begins to wait for a block. */
  readonly onLack: () => void;
}

/** A scout's outcome. */
export interface Scouting {
  /** Blocks that were not in memory. */
  readonly lacked: number;
  /** All has been read that the message seems to read, and it has not failed. */
  readonly isDone: boolean;
}

/** Machines of an epoch, on which messages are executed before it is their turn, and which are thrown away. */
export class LookOut {
  readonly #idle: Scout[] = [];
  #isClosed = false;

  constructor(
    private readonly options: () => MachineOptions | Promise<MachineOptions>,
    private readonly ahead: AheadStore,
    private readonly habits: Habits,
  ) {}

  /** Reads what a message will read, as far as that does not depend on those before it. Never rejects. */
  async scout(message: Message, { signal, onLack }: ScoutOptions): Promise<Scouting> {
    const store = this.#idle.at(-1)?.store ?? new LackingStore(this.ahead);
    const before = store.lacked;
    const result = (isDone: boolean) => ({ lacked: store.lacked - before, isDone });
    let machine = this.#idle.pop()?.machine;
    store.onLack = onLack;
    try {
      machine ??= await Machine.create({ ...quiet(await this.options()), blockstore: store, signal });
      // Nobody pays for an implicit message, so it would not look at the sender.
      await machine.getActor(message.from, { signal });
      let lackedToWrite: number | undefined;
      let readsOn = true;
      const onWrite = () => {
        lackedToWrite = store.lacked;
        readsOn = this.habits.readsOn(message);
        return readsOn;
      };
      const { receipt } = await machine.execute(message, { kind: "implicit", signal, onWrite });
      if (lackedToWrite !== undefined) this.habits.note(message, store.lacked > lackedToWrite);
      if (!this.#isClosed) this.#idle.push({ machine, store });
      return result(receipt.exitCode === 0 || !readsOn);
    } catch {
      // Also over what is wrong with the store: whoever needs the block says so.
      return result(false);
    } finally {
      store.onLack = undefined;
      if (machine !== undefined && this.#idle.at(-1)?.machine !== machine) machine.close();
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { machine } of this.#idle.splice(0)) machine.close();
  }
}

/** Nobody is told what they do, and proofs take time. */
function quiet({ observer: _, debug: __, ...options }: MachineOptions): MachineOptions {
  return { ...options, proofs: acceptProofs };
}
