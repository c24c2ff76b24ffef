import { checkProfile } from "./checked.js";
import type { GasProfile, ProfileNode, Spent } from "./profile.js";
import { type Spending, spendingBy } from "./spending.js";

/** An integer: a number while that is exact, else its decimal text. */
export type JsonInteger = number | string;

/** Gas that was spent, in milligas. */
export interface JsonSpent {
  readonly compute: JsonInteger;
  /** Storage and calls to the node. */
  readonly other: JsonInteger;
  readonly count: number;
}

/** A line of a list. */
export interface JsonSpending extends JsonSpent {
  readonly name: string;
  /** `compute` and `other` together. */
  readonly total: JsonInteger;
  /** Only of actors and methods. */
  readonly calls?: number;
}

/** Calls of a method that were reached the same way. */
export interface JsonNode {
  readonly actor: string;
  readonly method: string;
  readonly calls: number;
  /** By name of the charge. */
  readonly charges: Readonly<Record<string, JsonSpent>>;
  readonly children: readonly JsonNode[];
}

/** A profile as JSON. Amounts are milligas, but `gasUsed`. */
export interface JsonProfile {
  readonly messages: number;
  readonly failed: number;
  /** Gas of the receipts; the totals of each list add up to a thousand times as much. */
  readonly gasUsed: JsonInteger;
  /** Milligas that exceeded limits, and were not paid. */
  readonly beyondLimit: JsonInteger;
  readonly actors: readonly JsonSpending[];
  readonly methods: readonly JsonSpending[];
  readonly categories: readonly JsonSpending[];
  readonly charges: readonly JsonSpending[];
  readonly syscalls: readonly JsonSpending[];
  readonly tree: JsonNode;
}

/** A profile as plain JSON. Throws `FvmError` INVALID_OPTION. */
export function profileJson(profile: GasProfile): JsonProfile {
  checkProfile(profile);
  const { messages, failed, gasUsed, beyondLimit, root } = profile;
  return {
    messages,
    failed,
    gasUsed: integer(gasUsed),
    beyondLimit: integer(beyondLimit),
    actors: spendingBy(profile, "actor").map(jsonSpending),
    methods: spendingBy(profile, "method").map(jsonSpending),
    categories: spendingBy(profile, "category").map(jsonSpending),
    charges: spendingBy(profile, "charge").map(jsonSpending),
    syscalls: spendingBy(profile, "syscall").map(jsonSpending),
    tree: jsonNode(root),
  };
}

function jsonSpending({ name, total, calls, ...spent }: Spending): JsonSpending {
  return { name, total: integer(total), ...jsonSpent(spent), ...(calls === undefined ? {} : { calls }) };
}

function jsonSpent({ compute, other, count }: Spent): JsonSpent {
  return { compute: integer(compute), other: integer(other), count };
}

/** Recursion is bounded by the depth of a profile. */
function jsonNode({ actor, method, calls, charges, children }: ProfileNode): JsonNode {
  const entries = [...charges].map(([name, spent]) => [name, jsonSpent(spent)] as const);
  return { actor, method, calls, charges: Object.fromEntries(entries), children: children.map(jsonNode) };
}

function integer(value: bigint): JsonInteger {
  return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : String(value);
}
