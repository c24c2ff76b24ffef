import { wholeGas } from "./amounts.js";
import { CATEGORY_TITLES, categoryOf } from "./categories.js";
import { checkProfile } from "./checked.js";
import { type GasProfile, nodeName, nodesOf, type ProfileNode } from "./profile.js";

/** A frame of a flame graph: a call, or a charge at its end. */
export interface StackFrame {
  readonly name: string;
  /** The actor of a call, the group of a charge. */
  readonly group: string;
}

/** Gas that was spent at the end of a stack, the outermost call first. Whole gas, never below 0. */
export interface GasStack {
  readonly frames: readonly StackFrame[];
  readonly compute: bigint;
  readonly other: bigint;
  readonly count: number;
}

interface Leaf {
  readonly path: readonly ProfileNode[];
  readonly charge: string;
  compute: bigint;
  other: bigint;
  readonly count: number;
}

/**
 * A profile as stacks, for tools that know nothing else. They add up to the gas used: milligas become whole gas,
 * and what is below 0 (refunds, up to network version 17) is taken from the nearest call that has spent something. Throws `FvmError`
 * INVALID_OPTION.
 */
export function gasStacks(profile: GasProfile): GasStack[] {
  checkProfile(profile);
  const leaves: Leaf[] = [];
  for (const { node, path } of nodesOf(profile.root)) {
    for (const [charge, { compute, other, count }] of node.charges) {
      leaves.push({ path, charge, compute, other, count });
    }
  }
  settleDebts(leaves);
  const gas = wholeGas(leaves.flatMap(({ compute, other }) => [compute, other]));
  return leaves.flatMap(({ path, charge, count }, i) => {
    const [compute = 0n, other = 0n] = gas.slice(2 * i, 2 * i + 2);
    if (compute === 0n && other === 0n) return [];
    const frames = path.slice(1).map((node) => ({ name: nodeName(node), group: node.actor }));
    frames.push({ name: charge, group: CATEGORY_TITLES[categoryOf(charge)] });
    return [{ frames, compute, other, count }];
  });
}

function settleDebts(leaves: readonly Leaf[]): void {
  for (const debtor of leaves) {
    let debt = 0n;
    for (const part of ["compute", "other"] as const) {
      if (debtor[part] >= 0n) continue;
      debt -= debtor[part];
      debtor[part] = 0n;
    }
    if (debt === 0n) continue;
    const near = leaves
      .map((leaf) => ({ leaf, distance: distance(debtor.path, leaf.path) }))
      .sort((a, b) => a.distance - b.distance);
    for (const { leaf } of near) debt = take(leaf, debt);
  }
}

/** Takes from what a leaf has, and answers what is still owed. */
function take(leaf: Leaf, debt: bigint): bigint {
  let owed = debt;
  for (const part of ["compute", "other"] as const) {
    const taken = leaf[part] < owed ? leaf[part] : owed;
    if (taken <= 0n) continue;
    leaf[part] -= taken;
    owed -= taken;
  }
  return owed;
}

/** Calls between two of them. */
function distance(a: readonly ProfileNode[], b: readonly ProfileNode[]): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return a.length + b.length - 2 * shared;
}
