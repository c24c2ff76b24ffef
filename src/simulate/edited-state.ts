import type { Cid } from "../encoding/cid.js";
import { createChecked } from "../vm/machine/machine.js";
import { checkedMachineOptions, type MachineOptions } from "../vm/machine/options.js";
import { amendmentOf } from "./amend.js";
import { checkedOverrides, type Overrides } from "./overrides.js";

/**
 * A state in which some actors are otherwise: its root, which the blockstore has.
 *
 * @throws FvmError INVALID_OPTION if an actor cannot be so; as `Machine`
 */
export async function editedState(options: MachineOptions, overrides: Overrides): Promise<Cid> {
  using machine = await createChecked(
    checkedMachineOptions(options),
    amendmentOf(checkedOverrides(overrides)),
  );
  return await machine.flush();
}
