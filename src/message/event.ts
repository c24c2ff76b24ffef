import type { CborWriter, Codec } from "../ipld/cbor.js";
import type { U64 } from "../util/u64.js";

/** Flags of an event entry. */
export const EventFlag = {
  /** Clients index the key. */
  IndexedKey: 1,
  /** Clients index the value. */
  IndexedValue: 2,
} as const;

/** A key and a value of an event (FIP-0049). */
export interface EventEntry {
  /** Sum of values of `EventFlag`. */
  readonly flags: U64;
  readonly key: string;
  /** IPLD codec of the value. */
  readonly codec: U64;
  readonly value: Uint8Array;
}

/** An event with the actor that emitted it (FIP-0049). */
export interface StampedEvent {
  /** Actor ID. */
  readonly emitter: U64;
  readonly entries: readonly EventEntry[];
}

/** As the events AMT holds it. Source: shared/src/event/mod.rs. */
export const eventCodec: Codec<StampedEvent> = {
  encode({ emitter, entries }, writer) {
    writer.array(2).u64(emitter).array(entries.length);
    for (const entry of entries) writeEntry(entry, writer);
  },
  decode(reader) {
    reader.tuple(2);
    const emitter = reader.u64();
    const entries = Array.from({ length: reader.array() }, () => {
      reader.tuple(4);
      const flags = reader.u64();
      const key = reader.text();
      const codec = reader.u64();
      return { flags, key, codec, value: new Uint8Array(reader.bytes()) };
    });
    return { emitter, entries };
  },
};

function writeEntry({ flags, key, codec, value }: EventEntry, writer: CborWriter): void {
  writer.array(4).u64(flags).text(key).u64(codec).bytes(value);
}
