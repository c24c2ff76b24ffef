import { type Address, idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { type Json, type ShownOptions, toJson } from "../../builtin/values/json.js";
import { decodedText } from "../../builtin/values/text.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import { cidText } from "../../encoding/cid.js";
import { formatFil } from "../../message/token.js";
import type { PathStep, ValueChange } from "./change.js";
import type { ActorComparison, ActorCount, StateComparison } from "./compare-states.js";
import { rangesWithout } from "./ranges.js";

/** Ways to mark a text, for terminals: what was added, removed, changed; and what stands out. */
export type Marks = Readonly<Record<"added" | "removed" | "changed" | "title", (text: string) => string>>;

/** How a comparison is shown. */
export interface ComparisonTextOptions extends ShownOptions {
  /** Default: no marks. */
  readonly marks?: Marks;
  /** Characters of a value that are shown. Default: 240. */
  readonly limit?: number;
}

const LINE_LIMIT = 240;

const plain = (text: string) => text;
const NO_MARKS: Marks = { added: plain, removed: plain, changed: plain, title: plain };

/**
 * A comparison for people: a line for each actor, and below it one for each difference; one that counts the actors that
 * are not listed. Empty if there are none.
 */
export function comparisonText(
  { actors, addresses, more }: StateComparison,
  options: ComparisonTextOptions = {},
): string {
  const { letter, marks = NO_MARKS } = options;
  const lines = actors.flatMap((actor) => [
    marks.title(actorTitle(actor, options)),
    ...actor.changes.map((change) => `  ${changeText(change, options)}`),
  ]);
  const named = Array.from(
    addresses,
    ([address, id]) => `${addressText(address, options)} is ${formatAddress(idAddress(id), letter)}`,
  );
  const rest = more.length === 0 ? [] : [countsText(more)];
  return [...lines, ...named, ...rest].map((line) => `${line}\n`).join("");
}

/** Such as `and 12 more actors: 9 account changed, 3 evm added`. */
function countsText(counts: readonly ActorCount[]): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const parts = counts.map(({ count, type, kind }) => `${count} ${type ?? "other"} ${kind}`);
  return `and ${total} more actors: ${parts.join(", ")}`;
}

/** Such as `f01000 storageminer: changed`. */
function actorTitle(
  { id, kind, type, delegatedAddress }: ActorComparison,
  options: ComparisonTextOptions,
): string {
  const parts = [formatAddress(idAddress(id), options.letter)];
  if (type !== undefined) parts.push(type);
  if (delegatedAddress !== undefined) parts.push(addressText(delegatedAddress, options));
  return `${parts.join(" ")}: ${kind}`;
}

/** A difference as one line, such as `~ balance: 1.0 FIL → 3.0 FIL (+2.0 FIL)`. */
export function changeText(change: ValueChange, options: ComparisonTextOptions = {}): string {
  const { marks = NO_MARKS } = options;
  const place = pathText(change.path, options);
  switch (change.kind) {
    case "more":
      return `  ${place}: and more`;
    case "unreadable":
      return marks.changed(`~ ${place}: differs, but cannot be read: ${change.reason}`);
    case "changed": {
      const [before, after] = [change.before, change.after];
      if (before === undefined) return marks.added(`+ ${place}${valueText(after, options)}`);
      if (after === undefined) return marks.removed(`- ${place}${valueText(before, options)}`);
      return marks.changed(`~ ${place}: ${changedText(before, after, options)}`);
    }
  }
}

/** Such as `state.claims[f01000].raw_byte_power`. */
export function pathText(path: readonly PathStep[], options: ShownOptions = {}): string {
  const steps = path.map((step) =>
    typeof step === "string" ? `.${step}` : `[${decodedText(step, options)}]`,
  );
  return steps.join("").replace(/^\./, "");
}

function changedText(before: DecodedValue, after: DecodedValue, options: ComparisonTextOptions): string {
  if (before.kind === "ranges" && after.kind === "ranges" && before.omitted + after.omitted === 0) {
    const [added, removed] = [
      rangesWithout(after.ranges, before.ranges),
      rangesWithout(before.ranges, after.ranges),
    ].map((ranges) => (ranges.length === 0 ? "" : shown({ kind: "ranges", ranges, omitted: 0 }, options)));
    return [added && `+${added}`, removed && `-${removed}`].filter(Boolean).join(" ");
  }
  const values = [before, after].map((value) => shown(value, options));
  return `${values.join(" → ")}${deltaText(before, after)}`;
}

/** With Ethereum's form of it, if it has one. */
function addressText(address: Address, options: ComparisonTextOptions): string {
  return shown({ kind: "address", value: address }, options);
}

function shown(value: DecodedValue, { limit = LINE_LIMIT, letter }: ComparisonTextOptions): string {
  return decodedText(value, { limit, ...(letter !== undefined && { letter }) });
}

/** Null is the value of entries of a set. */
function valueText(value: DecodedValue | undefined, options: ComparisonTextOptions): string {
  return value === undefined || value.kind === "null" ? "" : `: ${shown(value, options)}`;
}

/** By how much a number grew, such as ` (+2)`; empty if it is no number. */
function deltaText(before: DecodedValue, after: DecodedValue): string {
  const delta = deltaOf(before, after);
  if (delta === undefined) return "";
  const sign = delta > 0n ? "+" : "";
  const text = after.kind === "amount" ? `${formatFil(delta)} ${after.unit}` : `${delta}`;
  return ` (${sign}${text})`;
}

/** By how much an integer or an amount grew. */
export function deltaOf(
  before: DecodedValue | undefined,
  after: DecodedValue | undefined,
): bigint | undefined {
  if (before?.kind === "integer" && after?.kind === "integer")
    return BigInt(after.value) - BigInt(before.value);
  if (before?.kind !== "amount" || after?.kind !== "amount") return undefined;
  return before.unit === after.unit ? after.value - before.value : undefined;
}

/**
 * A comparison as JSON: `actors`, each with `id`, `kind`, `type`, `delegatedAddress` and `changes`; `addresses` that
 * have got an ID; and `more`, if actors are counted only. A change has a `path` in text, and `before` and `after` as far as there are such values, in the
 * form of `toJson`; or `more`, or `unreadable` with the reason.
 */
export function comparisonJson(
  { actors, addresses, more }: StateComparison,
  options: ShownOptions = {},
): Json {
  const { letter } = options;
  return {
    actors: actors.map(({ id, kind, type, delegatedAddress, changes }) => ({
      id: formatAddress(idAddress(id), letter),
      kind,
      ...(type !== undefined && { type }),
      ...(delegatedAddress !== undefined && { delegatedAddress: formatAddress(delegatedAddress, letter) }),
      changes: changes.map((change) => changeJson(change, options)),
    })),
    addresses: Object.fromEntries(
      Array.from(addresses, ([address, id]) => [
        formatAddress(address, letter),
        formatAddress(idAddress(id), letter),
      ]),
    ),
    ...(more.length > 0 && {
      more: more.map(({ kind, type, count }) => ({ kind, ...(type !== undefined && { type }), count })),
    }),
  };
}

function changeJson(change: ValueChange, options: ShownOptions): Json {
  const path = pathText(change.path, options);
  switch (change.kind) {
    case "more":
      return { path, more: true };
    case "unreadable": {
      const { before, after, reason } = change;
      return {
        path,
        unreadable: reason,
        ...(before !== undefined && { before: cidText(before) }),
        ...(after !== undefined && { after: cidText(after) }),
      };
    }
    case "changed": {
      const { before, after } = change;
      return {
        path,
        ...(before !== undefined && { before: toJson(before, options) }),
        ...(after !== undefined && { after: toJson(after, options) }),
      };
    }
  }
}
