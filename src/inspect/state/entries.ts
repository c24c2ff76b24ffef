import type { Schema, Structure } from "../../builtin/schema/schema.js";
import { DECODED_NULL, type DecodedValue } from "../../builtin/values/value.js";
import type { Cid } from "../../encoding/cid.js";
import { Amt } from "../../ipld/amt.js";
import type { BlockAccess } from "../../ipld/block-access.js";
import type { Codec } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import { Kamt } from "../../ipld/kamt.js";
import { retryingInside, takingEach } from "../../ipld/retrying.js";
import type { EntryChange } from "../../ipld/tree-difference.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { Waits } from "../../util/waits.js";
import { compareKeys, decodeKey, wordValue } from "./keys.js";

/** One of the two that are compared: its blocks, and how its values are read. */
export interface Side {
  readonly blocks: BlockAccess;
  /** Throws `MissingBlock`; never for what the bytes are. */
  readonly decode: (schema: Schema, data: Uint8Array) => DecodedValue;
}

/** A tree of entries on its side. */
export interface Tree<S extends Structure> extends Side {
  readonly structure: S;
  /** Undefined: it has no entries. */
  readonly root: Cid | undefined;
}

type Kind<K extends Structure["kind"]> = Extract<Structure, { kind: K }>;

/** An entry that differs. Its values are decoded when they are asked for, which may throw `MissingBlock`. */
export interface EntryDifference {
  readonly key: DecodedValue;
  readonly before: (() => DecodedValue) | undefined;
  readonly after: (() => DecodedValue) | undefined;
}

/** Takes an entry; false: that is enough. */
type Take = (difference: EntryDifference) => boolean;

/**
 * The first entries in which two trees differ, in the order of their keys as far as there are not more. Fails as
 * reading them does: with what `BlockAccess.get` throws, and `FvmError`.
 */
export function* entryDifferences(
  before: Tree<Structure>,
  after: Tree<Structure>,
  max: number,
): Waits<EntryDifference[]> {
  const found: EntryDifference[] = [];
  const take: Take = (difference) => found.push(difference) < max;
  if (isTree("hamt", before) && isTree("hamt", after)) yield* hamtDifferences(before, after, take);
  else if (isTree("amt", before) && isTree("amt", after)) yield* amtDifferences(before, after, take);
  else if (isTree("kamt", before) && isTree("kamt", after)) yield* kamtDifferences(before, after, take);
  return found.sort((a, b) => compareKeys(a.key, b.key));
}

function isTree<K extends Structure["kind"]>(kind: K, tree: Tree<Structure>): tree is Tree<Kind<K>> {
  return tree.structure.kind === kind;
}

/** Values as they are stored. One for all: maps of a codec share their nodes. */
const rawCodec: Codec<string> = {
  encode: (value, writer) => void writer.rawLatin1(value),
  decode: (reader) => reader.rawLatin1(),
};

function* hamtDifferences(before: Tree<Kind<"hamt">>, after: Tree<Kind<"hamt">>, take: Take): Waits<void> {
  const load = ({ blocks, root, structure: { bitWidth } }: Tree<Kind<"hamt">>) =>
    root === undefined ? Hamt.empty(blocks, rawCodec, bitWidth) : Hamt.load(blocks, root, rawCodec, bitWidth);
  const [old, now] = yield* retryingInside(() => [load(before), load(after)] as const);
  yield* takingEach(now.differences(old), (change) => {
    const { structure } = change.after === undefined ? before : after;
    return take({ key: decodeKey(structure.key, change.key), ...decoded(change, before, after) });
  });
}

const AMT_VERSION = { version: 3 } as const;

function* amtDifferences(before: Tree<Kind<"amt">>, after: Tree<Kind<"amt">>, take: Take): Waits<void> {
  const load = ({ blocks, root }: Tree<Kind<"amt">>) =>
    root === undefined ? undefined : Amt.load(blocks, root, rawCodec, AMT_VERSION);
  const [old, now] = yield* retryingInside(() => [load(before), load(after)] as const);
  const { bitWidth } = old ?? now ?? { bitWidth: 0 };
  const empty = Amt.empty(after.blocks, rawCodec, { ...AMT_VERSION, bitWidth });
  yield* takingEach((now ?? empty).differences(old ?? empty), (change) =>
    take({ key: { kind: "integer", value: change.key }, ...decoded(change, before, after) }),
  );
}

function* kamtDifferences(before: Tree<Kind<"kamt">>, after: Tree<Kind<"kamt">>, take: Take): Waits<void> {
  const load = ({ blocks, root }: Tree<Kind<"kamt">>) =>
    root === undefined ? Kamt.empty(blocks) : Kamt.load(blocks, root);
  const [old, now] = yield* retryingInside(() => [load(before), load(after)] as const);
  yield* takingEach(now.differences(old), ({ key, before, after }) =>
    take({
      key: wordValue(key),
      before: before === undefined ? undefined : () => wordValue(before),
      after: after === undefined ? undefined : () => wordValue(after),
    }),
  );
}

function decoded(
  { before: old, after: now }: Omit<EntryChange<unknown, string>, "key">,
  before: Tree<Kind<"hamt" | "amt">>,
  after: Tree<Kind<"hamt" | "amt">>,
): Omit<EntryDifference, "key"> {
  return {
    before: old === undefined ? undefined : () => valueAt(before, old),
    after: now === undefined ? undefined : () => valueAt(after, now),
  };
}

/** Null for a set, whose entries are their keys. */
function valueAt({ structure, decode }: Tree<Kind<"hamt" | "amt">>, encoded: string): DecodedValue {
  return structure.value === undefined ? DECODED_NULL : decode(structure.value, latin1Bytes(encoded));
}
