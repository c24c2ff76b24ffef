import { is, isArray, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import { wholeGas } from "./amounts.js";
import { checkProfile } from "./checked.js";
import type { GasProfile } from "./profile.js";
import { type Dimension, type Spending, spendingBy } from "./spending.js";

/** Options of `profileText`. */
export interface ProfileTextOptions {
  /** Dimensions to list by. Default: actor, method, category. */
  readonly by?: readonly Dimension[];
  /** Lines of a list, beyond which the rest is one line. Default 20. */
  readonly lines?: number;
}

const TITLES: Readonly<Record<Dimension, string>> = {
  actor: "Actors",
  method: "Methods",
  category: "What it was spent on",
  charge: "Charges",
  syscall: "Syscalls",
};

const OPTIONS: Checks<ProfileTextOptions> = {
  by: optional(isArray),
  lines: optional(is((value) => typeof value === "number" && value >= 1, "a number from 1")),
};

/** A profile as tables for a terminal. The gas of each table adds up to the gas used. Throws `FvmError` INVALID_OPTION. */
export function profileText(profile: GasProfile, options: ProfileTextOptions = {}): string {
  checkProfile(profile);
  const { by = ["actor", "method", "category"], lines = 20 } = checkedOptions(options, OPTIONS);
  return [headline(profile), ...by.map((dimension) => table(profile, dimension, lines))].join("\n\n");
}

function headline({ messages, failed, gasUsed, beyondLimit }: GasProfile): string {
  const count = `${number(messages)} ${messages === 1 ? "message" : "messages"}`;
  const beyond = beyondLimit === 0n ? [] : [`${number(gasOf(beyondLimit))} more did not fit into limits`];
  return [
    failed === 0 ? count : `${count}, ${number(failed)} failed`,
    `${number(gasUsed)} gas`,
    ...beyond,
  ].join(" · ");
}

function table(profile: GasProfile, dimension: Dimension, limit: number): string {
  const all = spendingBy(profile, dimension).filter(({ total, calls = 0 }) => total !== 0n || calls > 0);
  const rows = all.length > limit ? [...all.slice(0, limit - 1), rest(all.slice(limit - 1))] : all;
  const gas = wholeGas(rows.map(({ total }) => total));
  const counts = dimension === "actor" || dimension === "method" ? "calls" : "charges";
  const cells = rows.map((row, i) => [
    row.name,
    number(gas[i] as bigint),
    share(row.total, profile.gasUsed),
    number(row.calls ?? row.count),
  ]);
  return columns([[TITLES[dimension], "gas", "share", counts], ...cells]);
}

function rest(rows: readonly Spending[]): Spending {
  const sum = (part: (row: Spending) => bigint) => rows.reduce((total, row) => total + part(row), 0n);
  return {
    name: `(${number(rows.length)} others)`,
    total: sum(({ total }) => total),
    compute: sum(({ compute }) => compute),
    other: sum(({ other }) => other),
    count: rows.reduce((total, { count }) => total + count, 0),
    calls: rows[0]?.calls === undefined ? undefined : rows.reduce((total, { calls = 0 }) => total + calls, 0),
  };
}

/** The first column to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

function share(milligas: bigint, gasUsed: bigint): string {
  if (gasUsed === 0n) return "";
  return `${(Number(milligas) / Number(gasUsed) / 10).toFixed(2)} %`;
}

function gasOf(milligas: bigint): bigint {
  return (milligas + 999n) / 1000n;
}

function number(value: number | bigint): string {
  return value.toLocaleString("en-US");
}
