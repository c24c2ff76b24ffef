import { executableMessage } from "../../message/message.js";
import type { NativeBlockShare } from "../../native/addon.js";
import { throwIfAborted } from "../../util/abort.js";
import { finish } from "../../util/waits.js";
import type { ExecutionRequest } from "../executor/executor.js";
import type { MachineBody } from "../machine/build.js";
import { bodyOf, Machine } from "../machine/machine.js";
import type { MachineOptions } from "../machine/options.js";
import type { ActorId } from "../state-tree/actor-state.js";
import { ReadSet } from "../state-tree/read-set.js";
import { noChanges, type StateDiff } from "../state-tree/state-diff.js";
import { decodeWrites, type Effect, encodeEffect, rootsOf, type Supposed } from "./effect.js";
import { outcomeOf } from "./outcome.js";
import type { PlacedMessage } from "./placed-message.js";
import { SupposedState } from "./supposed-state.js";
import { withRefund } from "./writes.js";

/**
 * Executes messages before their turn, on a state that is supposed: what the messages began with, and the effects that
 * it has learnt. Any number of them, in any threads, work for one sequencer.
 */
export class Speculator implements Disposable {
  private readonly reads = new ReadSet();
  private readonly state: SupposedState;
  private noted: Noted | undefined;
  private writes: StateDiff = noChanges();

  private constructor(
    private readonly machine: Machine,
    private readonly body: MachineBody,
  ) {
    const { tree } = body;
    this.state = new SupposedState(tree.base, this.reads);
    tree.reads = this.reads;
    tree.restartOn(this.state);
  }

  /**
   * @param options those of the sequencer's machine, in this thread
   * @param share where the blocks of effects are
   * @throws as `Machine.create`
   */
  static async create(options: MachineOptions, share: NativeBlockShare): Promise<Speculator> {
    const machine = await Machine.create(options);
    const body = bodyOf(machine);
    body.blocks.share(share);
    return new Speculator(machine, body);
  }

  /** Takes what the message at this place has done into the state of those after it; what it had done before goes. */
  learn(place: number, effect: Uint8Array): void {
    this.state.learn(place, decodeWrites(effect));
  }

  /** As `learn`, of the message that was executed last. */
  keep(place: number): void {
    this.state.learn(place, this.writes);
  }

  /**
   * The encoded effect of an explicit message, a latin1 string. Undefined: it must be executed at its turn, whatever the reason.
   * Throws the signal's reason.
   */
  async execute(placed: PlacedMessage, signal?: AbortSignal): Promise<string | undefined> {
    const { executor, tree, blocks } = this.body;
    this.state.at(placed.place);
    this.reads.clear();
    tree.restart();
    blocks.beginLayer(true);
    blocks.signal = signal;
    try {
      const effect = await this.effectOf(placed, signal);
      if (effect === undefined) return undefined;
      this.writes = effect.writes;
      blocks.publishLayer(placed.place);
      return encodeEffect(effect);
    } catch {
      executor.abandon();
      throwIfAborted(signal);
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    this.machine.close();
  }

  private async effectOf(
    { message, rawLength }: PlacedMessage,
    signal: AbortSignal | undefined,
  ): Promise<Effect | undefined> {
    const { executor, tree, network } = this.body;
    const request: ExecutionRequest = {
      message: executableMessage(message, network.rules),
      kind: "explicit",
      rawLength,
      changes: false,
      signal,
      beforeSettlement: () => this.note(),
    };
    const result = await finish(executor.execute(request), signal);
    const outcome = outcomeOf(result);
    if (outcome === undefined) return undefined;
    const { writes, actors, addresses, roots } = this.noted as Noted;
    return {
      roots: rootsOf(roots, writes),
      writes: withRefund(writes, tree.resolveAddress(message.from), result.refund),
      supposed: { actors, addresses, outcome },
    };
  }

  /** Notes what has been read and written so far. Whom settlement pays, and how much, follows from the outcome. */
  private note(): void {
    const { reads } = this;
    this.noted = {
      writes: this.body.tree.changes(),
      actors: reads.actorReads(),
      addresses: reads.addressReads(),
      roots: reads.rootReads(),
    };
  }
}

interface Noted extends Pick<Supposed, "actors" | "addresses"> {
  readonly writes: StateDiff;
  readonly roots: readonly ActorId[];
}
