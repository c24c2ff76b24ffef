import type { Blocks } from "../../blockstore/blocks.js";
import { MissingBlock } from "../../ipld/block-access.js";
import { retrying } from "../../ipld/retrying.js";
import type { NativeBlockShare } from "../../native/addon.js";
import type { ApplyKind, ApplyResult } from "../executor/apply-result.js";
import { settleDeposits } from "../executor/settlement.js";
import { gasCostOf, gasOutputs } from "../gas/outputs.js";
import { bodyOf, type Machine, walkMachine } from "../machine/machine.js";
import type { ActorId } from "../state-tree/actor-state.js";
import { isTrueOf, ReadSet } from "../state-tree/read-set.js";
import { type ActorChange, noChanges, type StateDiff } from "../state-tree/state-diff.js";
import type { StateTree } from "../state-tree/state-tree.js";
import { decodeEffect, encodeEffect, type Roots, rootsOf, type Supposed } from "./effect.js";
import type { PlacedMessage } from "./placed-message.js";
import { actorAfter, withRefund } from "./writes.js";

/** A message that has had its turn. */
export interface Done {
  readonly result: ApplyResult;
  readonly roots: Roots;
}

/** A message that was executed at its turn, and what others may learn of it. */
export interface Told extends Done {
  /** Encoded: a latin1 string. */
  readonly effect: string;
}

/**
 * Gives messages their turn, in order, on the machine whose state counts: what has been executed before is repeated if
 * it still holds, all else is executed.
 */
export class Sequencer {
  private readonly reads = new ReadSet();
  private readonly tree: StateTree;
  private readonly blocks: Blocks;
  private readonly baseFee: bigint;

  /**
   * @param machine that nobody else uses meanwhile
   * @param share where the blocks of effects are
   */
  constructor(
    private readonly machine: Machine,
    share: NativeBlockShare,
  ) {
    const { tree, blocks, context } = bodyOf(machine);
    this.tree = tree;
    this.blocks = blocks;
    this.baseFee = context.baseFee;
    blocks.share(share, false);
  }

  /** Ends it; the machine goes on by itself. */
  release(): void {
    this.blocks.share(undefined);
    this.tree.reads = undefined;
  }

  /**
   * Does what the effect says, if all that it supposes is true of the state. Otherwise undefined, and nothing has
   * changed. Throws the signal's reason, and `FvmError` as `Machine.execute` if the machine is closed or busy.
   */
  async repeat(placed: PlacedMessage, effect: Uint8Array, signal?: AbortSignal): Promise<Done | undefined> {
    const { roots, writes, supposed } = decodeEffect(effect);
    if (supposed === undefined) return undefined;
    const { journal } = this.tree;
    const result = await walkMachine(this.machine, "execute", signal, () =>
      retrying(
        () => this.repeated(placed, writes, supposed),
        () => journal.rollback(0),
      ),
    );
    return result && { result, roots };
  }

  /**
   * Executes a message at its turn, and tells nobody. Throws as `Machine.execute`.
   * @param kind as there
   */
  execute(
    { message, rawLength }: PlacedMessage,
    kind: ApplyKind,
    signal?: AbortSignal,
  ): Promise<ApplyResult> {
    return this.machine.execute(message, { kind, rawLength, ...(signal && { signal }) });
  }

  /** As `execute`, with what there is to tell. */
  async tell(
    { place, message, rawLength }: PlacedMessage,
    kind: ApplyKind,
    signal?: AbortSignal,
  ): Promise<Told> {
    const { tree, blocks, reads } = this;
    let writes: StateDiff = noChanges();
    const beforeSettlement = () => {
      writes = tree.uncommittedChanges();
    };
    reads.clear();
    tree.reads = reads;
    blocks.beginLayer(false);
    try {
      const options = { kind, rawLength, beforeSettlement, ...(signal && { signal }) };
      const result = await this.machine.execute(message, options);
      blocks.publishLayer(place);
      const roots = rootsOf(reads.rootReads(), writes);
      // The message has looked its sender up, so this does not wait.
      const isRefunded = result.refund !== 0n;
      const sender = isRefunded ? tree.resolveAddress(message.from) : undefined;
      const all = withRefund(writes, sender, result.refund);
      return { result, roots, effect: encodeEffect({ roots, writes: all, supposed: undefined }) };
    } finally {
      tree.reads = undefined;
    }
  }

  /** The result of doing again what was done on another state; undefined if that was no such state. */
  private repeated(
    { place, message }: PlacedMessage,
    writes: StateDiff,
    { actors, addresses, outcome }: Supposed,
  ): ApplyResult | undefined {
    const { tree, blocks } = this;
    const { journal } = tree;
    const { receipt, backtrace, ...rest } = outcome;
    try {
      for (const [address, id] of addresses) if (tree.resolveAddress(address) !== id) return undefined;
      for (const [id, read] of actors) if (!isTrueOf(read, tree.getActor(id))) return undefined;
      if (!blocks.joinLayer(place)) return undefined;
      for (const [id, change] of writes.actors) apply(tree, id, change);
      const paid = gasOutputs(message, gasCostOf(message), receipt.gasUsed, this.baseFee);
      settleDeposits(tree, paid);
      journal.commit();
      const failure = backtrace && ({ kind: "backtrace", backtrace } as const);
      return { receipt, ...paid, ...rest, failure, changes: undefined };
    } catch (error) {
      if (error instanceof MissingBlock) throw error;
      // Whatever it is, the message's own execution will meet it.
      journal.rollback(0);
      return undefined;
    }
  }
}

/** Throws `Contradiction`, and what `StateTree.getActor` throws. */
function apply(tree: StateTree, id: ActorId, change: ActorChange): void {
  const after = actorAfter(tree.getActor(id), change);
  if (after === undefined) tree.deleteActor(id);
  else tree.setActor(id, after);
}
