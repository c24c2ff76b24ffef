import { oneOf } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { CATEGORY_TITLES, categoryOf, syscallOf } from "./categories.js";
import { checkProfile } from "./checked.js";
import { type GasProfile, nodeName, nodesOf, type ProfileNode, type Spent } from "./profile.js";

/** A dimension that gas may be listed by. */
export type Dimension = "actor" | "method" | "category" | "charge" | "syscall";

/** A line of a list: what was spent on something. Milligas. */
export interface Spending extends Spent {
  readonly name: string;
  /** Computation and the rest. */
  readonly total: bigint;
  /** Calls of the actor or method, which `count` is not; undefined in lists of other things. */
  readonly calls: number | undefined;
}

/** Names that a charge within a node counts for. */
const NAMES: Readonly<Record<Dimension, (node: ProfileNode, charge: string) => string>> = {
  actor: ({ actor }) => actor,
  method: (node) => nodeName(node),
  category: (_, charge) => CATEGORY_TITLES[categoryOf(charge)],
  charge: (_, charge) => charge,
  syscall: (_, charge) => syscallOf(charge) ?? "(no syscall)",
};

const isDimension = oneOf(...Object.keys(NAMES));

/** All spending by actor, method or whatever else, the largest first. The totals add up to the gas used, in milligas. Throws `FvmError` INVALID_OPTION. */
export function spendingBy(profile: GasProfile, dimension: Dimension): Spending[] {
  checkProfile(profile);
  checkOption("dimension", dimension, isDimension);
  const nameOf = NAMES[dimension];
  const counts = dimension === "actor" || dimension === "method";
  const lines = new Map<string, { compute: bigint; other: bigint; count: number; calls: number }>();
  const line = (name: string) => {
    const known = lines.get(name) ?? { compute: 0n, other: 0n, count: 0, calls: 0 };
    lines.set(name, known);
    return known;
  };
  for (const { node } of nodesOf(profile.root)) {
    if (counts) line(nameOf(node, "")).calls += node.calls;
    for (const [charge, { compute, other, count }] of node.charges) {
      const sum = line(nameOf(node, charge));
      sum.compute += compute;
      sum.other += other;
      sum.count += count;
    }
  }
  return [...lines]
    .map(([name, sum]) => ({
      name,
      total: sum.compute + sum.other,
      compute: sum.compute,
      other: sum.other,
      count: sum.count,
      calls: counts ? sum.calls : undefined,
    }))
    .sort((a, b) => (a.total === b.total ? (a.name < b.name ? -1 : 1) : a.total > b.total ? -1 : 1));
}
