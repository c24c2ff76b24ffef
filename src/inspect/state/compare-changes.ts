import { changedState } from "../../vm/machine/changed-state.js";
import { type Machine, walkMachine } from "../../vm/machine/machine.js";
import type { StateDiff } from "../../vm/state-tree/state-diff.js";
import type { StateView } from "../../vm/state-tree/state-view.js";
import { type CompareOptions, comparedStates, type StateComparison } from "./compare-states.js";
import { inspectedState } from "./inspected-state.js";

/** Options of `compareChanges`. */
export interface CompareChangesOptions extends Omit<CompareOptions, "blockCache"> {
  /** What messages before those of the changes have changed, in order. Default: nothing. */
  readonly earlier?: readonly StateDiff[];
}

/**
 * What messages on a machine have changed, decoded as by `compareStates`: nothing needs to be flushed.
 *
 * @param changes of the result of a message, or all of them (`machine.changes()`)
 * @throws FvmError INVALID_OPTION for changes of another state, MACHINE_BUSY, MACHINE_CLOSED; otherwise as `compareStates`
 */
export async function compareChanges(
  machine: Machine,
  changes: StateDiff,
  { earlier = [], ...options }: CompareChangesOptions = {},
): Promise<StateComparison> {
  return walkMachine(
    machine,
    "compareChanges",
    options.signal,
    function* ({ tree, blocks, network, context }) {
      const before = yield* changedState(tree.base, earlier, blocks);
      const after = yield* changedState(before, [changes], blocks);
      const inspected = (view: StateView) =>
        inspectedState(view, blocks, context.manifest.entries, network.version);
      return yield* comparedStates(inspected(before), inspected(after), changes, options);
    },
  );
}
