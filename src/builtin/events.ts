import { CBOR, DAG_CBOR } from "../encoding/codecs.js";
import type { EventEntry, StampedEvent } from "../message/event.js";
import type { ActorType } from "./actors/index.js";
import type { BuiltinActors } from "./builtin-actors.js";
import type { Decoded } from "./schema/decode.js";
import type { Schema } from "./schema/schema.js";
import type { DecodeLimits } from "./values/limits.js";

/** An entry of an event, decoded. */
export interface DecodedEntry {
  readonly key: string;
  readonly value: Decoded;
}

/** Types whose events are those of FIP-0083. */
const EMITTERS: ReadonlySet<ActorType> = new Set(["verifiedregistry", "storagemarket", "storageminer"]);

/** Layouts of their values, by key. Source: builtin-actors actors/verifreg/src/emit.rs, and of market and miner. */
const VALUES: Readonly<Record<string, Schema>> = {
  $type: "text",
  verifier: "actor",
  client: "actor",
  provider: "actor",
  balance: "integer",
  id: "u64",
  sector: "u64",
  "piece-cid": "cid",
  "piece-size": "u64",
  "unsealed-cid": { kind: "option", of: "cid" },
  "term-min": "epoch",
  "term-max": "epoch",
  "term-start": "epoch",
  expiration: "epoch",
};

/**
 * The entries of an event, in order, keys as they are. Values that are no CBOR, such as the topics and data of contracts,
 * are bytes.
 *
 * @param type of the actor that emitted it; undefined: no builtin actor, or not known
 */
export function decodeEvent(
  { entries }: Pick<StampedEvent, "entries">,
  actors: BuiltinActors,
  type?: ActorType,
  limits?: DecodeLimits,
): DecodedEntry[] {
  const layouts = type !== undefined && EMITTERS.has(type) ? VALUES : {};
  return entries.map((entry) => ({ key: entry.key, value: decodeEntry(entry, actors, layouts, limits) }));
}

function decodeEntry(
  { key, codec, value }: EventEntry,
  actors: BuiltinActors,
  layouts: Readonly<Record<string, Schema>>,
  limits: DecodeLimits | undefined,
): Decoded {
  if (codec !== CBOR && codec !== DAG_CBOR) {
    return { form: "bytes", value: { kind: "bytes", value: value.slice() } };
  }
  return actors.decode(Object.hasOwn(layouts, key) ? layouts[key] : undefined, value, limits);
}
