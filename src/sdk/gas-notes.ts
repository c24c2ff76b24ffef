/** Gas of the methods that a test calls, for `fvm actor test`: it reads what the test's process has noted. */
import { appendFileSync, readFileSync } from "node:fs";

/** Least and most gas that calls of a method took. */
export interface GasRange {
  readonly least: number;
  readonly most: number;
}
export type GasTable = Readonly<Record<string, GasRange>>;

/** Names the file of notes, in the environment of a test's process. */
export const GAS_NOTES = "FVM_ACTOR_GAS";

/** Notes a call that succeeded, if somebody wants to know. @param gas whole gas */
export function noteGas(method: string, gas: number): void {
  const { [GAS_NOTES]: file } = process.env;
  if (file) appendFileSync(file, `${method} ${gas}\n`);
}

/** A table of all that was noted, in the order of names. */
export function gasTable(file: string): GasTable {
  const ranges = new Map<string, GasRange>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [method = "", number = ""] = line.split(" ");
    if (method === "") continue;
    const gas = Number(number);
    const { least = gas, most = gas } = ranges.get(method) ?? {};
    ranges.set(method, { least: Math.min(least, gas), most: Math.max(most, gas) });
  }
  return Object.fromEntries([...ranges].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Differences between two tables, a line each. */
export function gasDifferences(stored: GasTable, found: GasTable): string[] {
  const text = (range: GasRange | undefined) =>
    range === undefined
      ? "none"
      : range.least === range.most
        ? `${range.least}`
        : `${range.least} to ${range.most}`;
  return [...new Set([...Object.keys(stored), ...Object.keys(found)])]
    .sort()
    .map((method) => [method, text(stored[method]), text(found[method])] as const)
    .filter(([, before, after]) => before !== after)
    .map(([method, before, after]) => `${method}: ${before} gas, now ${after}`);
}
