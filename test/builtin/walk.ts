/** Reads all that an actor's state leads to, by its layout. */
import type { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import type { Schema, Structure } from "../../src/builtin/schema/schema.js";
import { toJson } from "../../src/builtin/values/json.js";
import { decodedText } from "../../src/builtin/values/text.js";
import type { DecodedValue } from "../../src/builtin/values/value.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { Amt } from "../../src/ipld/amt.js";
import type { BlockAccess } from "../../src/ipld/block-access.js";
import type { Codec } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";

/** Values as their bytes. */
const raw: Codec<Uint8Array> = {
  encode: (value, writer) => void writer.raw(value),
  decode: (reader) => reader.raw().slice(),
};

export class Walker {
  /** Values that were decoded, by layout. */
  readonly found = new Map<Schema, number>();
  /** Blocks that the store lacks. */
  missing = 0;
  readonly problems: string[] = [];

  /** @param has whether a block is there: states of vectors are parts of states */
  constructor(
    private readonly blocks: BlockAccess,
    private readonly actors: BuiltinActors,
    private readonly has: (cid: Cid) => boolean,
  ) {}

  value(schema: Schema, data: Uint8Array, where: string): void {
    const { form, value, mismatch } = this.actors.decode(schema, data, { maxItems: 1_000_000 });
    if (form !== "schema") {
      this.problems.push(`${where}: ${mismatch}: ${decodedText(value)}`);
      return;
    }
    this.found.set(schema, (this.found.get(schema) ?? 0) + 1);
    JSON.stringify(toJson(value));
    for (const [cid, structure] of linksIn(value)) this.structure(structure, cid, where);
  }

  private structure(structure: Structure, cid: Cid, where: string): void {
    if (!this.has(cid)) {
      this.missing++;
      return;
    }
    const here = `${where} → ${structure.kind} ${cidText(cid).slice(-6)}`;
    switch (structure.kind) {
      case "block":
        this.value(structure.of, this.blocks.get(cid), here);
        return;
      case "hamt":
        for (const [, data] of this.entries(Hamt.load(this.blocks, cid, raw, structure.bitWidth).entries())) {
          if (structure.value !== undefined) this.value(structure.value, data, here);
        }
        return;
      case "amt":
        for (const [, data] of this.entries(Amt.load(this.blocks, cid, raw, { version: 3 }).entries())) {
          this.value(structure.value, data, here);
        }
        return;
      case "bytes":
      case "kamt":
        this.blocks.get(cid);
    }
  }

  /** As many entries as can be read. */
  private *entries<T>(entries: Generator<T>): Generator<T> {
    try {
      yield* entries;
    } catch (error) {
      if (error instanceof Error) throw error;
      this.missing++;
    }
  }
}

function linksIn(value: DecodedValue): (readonly [Cid, Structure])[] {
  switch (value.kind) {
    case "cid":
      return value.of === undefined ? [] : [[value.value, value.of]];
    case "list":
      return value.items.flatMap(linksIn);
    case "record":
      return value.fields.flatMap((field) => linksIn(field.value));
    default:
      return [];
  }
}
