import { is, iterable, optional } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { changedState } from "../../vm/machine/changed-state.js";
import { checkedDiffs } from "../../vm/machine/check-diff.js";
import { Machine, walkMachine } from "../../vm/machine/machine.js";
import type { StateDiff } from "../../vm/state-tree/state-diff.js";
import type { StateView } from "../../vm/state-tree/state-view.js";
import {
  COMPARE_CHECKS,
  type CompareOptions,
  comparedStates,
  type StateComparison,
} from "./compare-states.js";
import { inspectedState } from "./inspected-state.js";

/** Options of `compareChanges`. */
export interface CompareChangesOptions extends Omit<CompareOptions, "blockCache"> {
  /** Changes by messages before those of `changes`, in order. Default: none. */
  readonly earlier?: readonly StateDiff[];
}

const isMachine = is((value) => value instanceof Machine, "a Machine");
const { blockCache: _, ...OWN_CHECKS } = COMPARE_CHECKS;
const CHECKS: Checks<CompareChangesOptions> = {
  ...OWN_CHECKS,
  earlier: optional(iterable("an iterable of changes")),
};

/**
 * Changes by messages on a machine, decoded as by `compareStates`: nothing needs to be flushed.
 *
 * @param changes of the result of a message, or all of them (`machine.changes()`)
 * @throws FvmError INVALID_OPTION for changes of another state, MACHINE_BUSY, MACHINE_CLOSED; otherwise as `compareStates`
 */
export async function compareChanges(
  machine: Machine,
  changes: StateDiff,
  options: CompareChangesOptions = {},
): Promise<StateComparison> {
  checkOption("machine", machine, isMachine);
  const { earlier = [], ...how } = checkedOptions(options, CHECKS);
  const before = checkedDiffs("earlier", earlier);
  const [checked] = checkedDiffs("changes", [changes]) as [StateDiff];
  return walkMachine(machine, "compareChanges", how.signal, function* ({ tree, blocks, network, context }) {
    const old = yield* changedState(tree.base, before, blocks);
    const now = yield* changedState(old, [checked], blocks);
    const inspected = (view: StateView) =>
      inspectedState(view, blocks, context.manifest.entries, network.version);
    return yield* comparedStates(inspected(old), inspected(now), checked, how);
  });
}
