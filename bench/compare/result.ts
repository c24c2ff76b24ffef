import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineFacts } from "../machine.js";
import { resultsFolder } from "../places.js";
import { chart } from "./chart.js";
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

/** Writes the result and its picture, under their date and as the latest. Answers the paths of the latter. */
export function writeResult(result: ComparisonResult): string[] {
  mkdirSync(resultsFolder, { recursive: true });
  const names = [result.machine.date.slice(0, 19).replaceAll(":", ""), "latest"];
  const contents = { json: `${JSON.stringify(result, null, 2)}\n`, svg: chart(result) };
  for (const name of names) {
    for (const [extension, text] of Object.entries(contents)) {
      writeFileSync(join(resultsFolder, `${name}.${extension}`), text);
    }
  }
  return Object.keys(contents).map((extension) => join(resultsFolder, `latest.${extension}`));
}
