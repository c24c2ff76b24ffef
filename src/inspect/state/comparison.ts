import { isDeepStrictEqual } from "node:util";
import type { Schema, Structure } from "../../builtin/schema/schema.js";
import type { DecodedField, DecodedValue } from "../../builtin/values/value.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { retryingInside } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import type { ChangeLimits, PathStep, ValueChange } from "./change.js";
import { entryDifferences, type Side, type Tree } from "./entries.js";
import { itemDifferences } from "./items.js";

const MAX_ENTRIES = 100;
const MAX_CHANGES = 10_000;

type Path = readonly PathStep[];
type Maybe = DecodedValue | undefined;

/**
 * Compares two decoded values part by part, through the links in them whose meaning is known, and lists in what they
 * differ. What both have, by CID, is not read.
 */
export class Comparison {
  readonly changes: ValueChange[] = [];
  readonly #maxEntries: number;
  readonly #maxChanges: number;

  constructor(
    readonly before: Side,
    readonly after: Side,
    { maxEntries = MAX_ENTRIES, maxChanges = MAX_CHANGES }: ChangeLimits,
  ) {
    this.#maxEntries = maxEntries;
    this.#maxChanges = maxChanges;
  }

  /** Compares what is behind two roots that differ. Undefined: there is none. Throws `HostFault`. */
  *root(path: Path, before: BlockOf | undefined, after: BlockOf | undefined): Waits<void> {
    const count = this.changes.length;
    yield* this.#readable(path, before?.cid, after?.cid, this.#blocks(path, before, after));
    // Two ways to write the same.
    if (this.changes.length === count) this.changed(path, rootValue(before), rootValue(after));
  }

  /** Compares two values. */
  *values(path: Path, before: Maybe, after: Maybe): Waits<void> {
    if (areSame(before, after) || this.#isFull(path)) return;
    const [old, now] = [linkOf(before), linkOf(after)];
    if (areAlike(old, now, before, after)) yield* this.#links(path, old, now);
    else if (before?.kind === "record" && after?.kind === "record") yield* this.fields(path, before, after);
    else if (before?.kind === "list" && after?.kind === "list") yield* this.#lists(path, before, after);
    else this.changed(path, before, after);
  }

  /** Compares two records field by field, also if there is only one. */
  *fields(path: Path, before: RecordValue | undefined, after: RecordValue | undefined): Waits<void> {
    const [old, now] = [byName(before), byName(after)];
    for (const name of new Set([...now.keys(), ...old.keys()])) {
      yield* this.values([...path, name], old.get(name), now.get(name));
    }
  }

  /** Notes a difference. */
  changed(path: Path, before: Maybe, after: Maybe): void {
    this.#note({ kind: "changed", path, before, after });
  }

  *#blocks(path: Path, before: BlockOf | undefined, after: BlockOf | undefined): Waits<void> {
    const old = yield* readBlock(this.before, before);
    const now = yield* readBlock(this.after, after);
    const areRecords = [old, now].every((value) => value === undefined || value.kind === "record");
    if (areRecords) yield* this.fields(path, old as RecordValue | undefined, now as RecordValue | undefined);
    else yield* this.values(path, old, now);
  }

  /** Differences behind two links that differ; the links themselves, if there are none. */
  *#links(path: Path, before: Link | undefined, after: Link | undefined): Waits<void> {
    const count = this.changes.length;
    yield* this.#readable(path, before?.value, after?.value, this.#linked(path, before, after));
    if (this.changes.length === count) this.changed(path, before, after);
  }

  *#linked(path: Path, before: Link | undefined, after: Link | undefined): Waits<void> {
    const [old, now] = [before?.of ?? after?.of, after?.of ?? before?.of];
    if (old === undefined || now === undefined) return;
    if (old.kind === "block" && now.kind === "block") {
      yield* this.#blocks(path, blockOf(this.before, old.of, before), blockOf(this.after, now.of, after));
    } else if (old.kind !== "bytes") {
      yield* this.#entries(
        path,
        { ...this.before, structure: old, root: before?.value },
        { ...this.after, structure: now, root: after?.value },
      );
    }
  }

  *#entries(path: Path, before: Tree<Structure>, after: Tree<Structure>): Waits<void> {
    const found = yield* entryDifferences(before, after, this.#maxEntries + 1);
    for (const { key, before, after } of found.slice(0, this.#maxEntries)) {
      if (this.#isFull(path)) return;
      const old = yield* retryingInside(() => before?.());
      const now = yield* retryingInside(() => after?.());
      yield* this.values([...path, key], old, now);
    }
    if (found.length > this.#maxEntries) this.#note({ kind: "more", path });
  }

  *#lists(path: Path, before: ListValue, after: ListValue): Waits<void> {
    const found = itemDifferences(before.items, after.items);
    for (const { index, before, after } of found.slice(0, this.#maxEntries)) {
      yield* this.values([...path, { kind: "integer", value: index }], before, after);
    }
    const hasMore = found.length > this.#maxEntries || before.omitted > 0 || after.omitted > 0;
    if (hasMore) this.#note({ kind: "more", path });
  }

  /** Does what can fail because of what the blocks are; then that is noted. */
  *#readable(path: Path, before: Cid | undefined, after: Cid | undefined, work: Waits<void>): Waits<void> {
    try {
      yield* work;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      this.#note({ kind: "unreadable", path, before, after, reason });
    }
  }

  #note(change: ValueChange): void {
    if (!this.#isFull(change.path)) this.changes.push(change);
  }

  #isFull(path: Path): boolean {
    const { length } = this.changes;
    if (length < this.#maxChanges) return false;
    if (length === this.#maxChanges) this.changes.push({ kind: "more", path: path.slice(0, 1) });
    return true;
  }
}

/** A block, and how it is read. */
export interface BlockOf {
  readonly cid: Cid;
  /** As `Side.decode`. */
  readonly decode: (data: Uint8Array) => DecodedValue;
}

type Of<K extends DecodedValue["kind"]> = Extract<DecodedValue, { kind: K }>;
type Link = Of<"cid">;
type RecordValue = Of<"record">;
type ListValue = Of<"list">;

function* readBlock({ blocks }: Side, block: BlockOf | undefined): Waits<Maybe> {
  if (block === undefined) return undefined;
  return yield* retryingInside(() => block.decode(blocks.get(block.cid)));
}

function rootValue(block: BlockOf | undefined): Maybe {
  return block && { kind: "cid", value: block.cid };
}

function blockOf({ decode }: Side, schema: Schema, link: Link | undefined): BlockOf | undefined {
  return link && { cid: link.value, decode: (data) => decode(schema, data) };
}

function linkOf(value: Maybe): Link | undefined {
  return value?.kind === "cid" && value.of !== undefined ? value : undefined;
}

/** A CID means the same, whatever is known of what is behind it. */
function areSame(before: Maybe, after: Maybe): boolean {
  if (before?.kind === "cid" && after?.kind === "cid") return before.value === after.value;
  return isDeepStrictEqual(before, after);
}

/** Whether two values are links to the same kind of thing; one of them may be nothing. */
function areAlike(old: Link | undefined, now: Link | undefined, before: Maybe, after: Maybe): boolean {
  if (old === undefined && now === undefined) return false;
  if (old === undefined) return isNothing(before);
  if (now === undefined) return isNothing(after);
  return old.of?.kind === now.of?.kind;
}

function isNothing(value: Maybe): boolean {
  return value === undefined || value.kind === "null";
}

function byName(record: RecordValue | undefined): Map<DecodedField["name"], DecodedValue> {
  return new Map(record?.fields.map(({ name, value }) => [name, value]));
}

/** Why a part of a state cannot be read; undefined: that is another kind of error. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof BlockNotFound) return `the store lacks the block ${cidText(error.cid)}`;
  if (error instanceof FvmError && MALFORMED.has(error.code)) return error.message;
  return undefined;
}

const MALFORMED: ReadonlySet<string> = new Set([
  "INVALID_HAMT",
  "INVALID_AMT",
  "INVALID_KAMT",
  "INVALID_CBOR",
]);
