import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultsFolder } from "./places.js";

export interface ResultFiles {
  /** Before the date; empty for the comparison with the reference. */
  readonly kind: string;
  /** As in `MachineFacts`. */
  readonly date: string;
  /** Goes into the JSON file. */
  readonly result: unknown;
  readonly picture: string;
}

/** Writes a result and its picture, under their date and as the latest. Answers the paths of the latter. */
export function writeResult({ kind, date, result, picture }: ResultFiles): string[] {
  mkdirSync(resultsFolder, { recursive: true });
  const prefix = kind === "" ? "" : `${kind}-`;
  const contents = { json: `${JSON.stringify(result, null, 2)}\n`, svg: picture };
  const latest = Object.keys(contents).map((extension) =>
    join(resultsFolder, `${prefix}latest.${extension}`),
  );
  for (const name of [date.slice(0, 19).replaceAll(":", ""), "latest"]) {
    for (const [extension, text] of Object.entries(contents)) {
      writeFileSync(join(resultsFolder, `${prefix}${name}.${extension}`), text);
    }
  }
  return latest;
}
