import type { MachineFacts } from "../machine.js";
import type { ColdStart } from "./cold-start.js";
import type { Rounds } from "./rounds.js";
import type { GroupSummary } from "./summary.js";

export interface ComparisonResult {
  readonly machine: MachineFacts;
  readonly rounds: number;
  readonly groups: readonly GroupSummary[];
  readonly coldStart: ColdStart | undefined;
  readonly peakRssBytes: Rounds["peakRssBytes"];
}
