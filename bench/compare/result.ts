import type { MachineFacts } from "../machine.js";
import type { ColdStart } from "./cold-start.js";
import type { MemoryResult } from "./memory.js";
import type { Rounds } from "./rounds.js";
import type { GroupSummary } from "./summary.js";
import type { WorkersResult } from "./workers.js";

export interface ComparisonResult {
  readonly machine: MachineFacts;
  readonly rounds: number;
  /** Name of what fvm-node was compared with. */
  readonly peer: string;
  readonly groups: readonly GroupSummary[];
  readonly coldStart: ColdStart | undefined;
  /** Two workers against one, fvm-node alone; `undefined` if there were no vectors for it. */
  readonly workers: WorkersResult | undefined;
  /** `undefined` if there were no vectors for it, or the system does not tell. */
  readonly memory: MemoryResult | undefined;
  /** Peak memory of the processes that the groups' times come from. */
  readonly peakRssBytes: Rounds["peakRssBytes"];
}
