import type { Cid } from "../../encoding/cid.js";
import type { Codec } from "../../ipld/cbor.js";
import { readList, writeList } from "./lists.js";

/**
 * First block of a snapshot of version 2: its head, and data of F3 (fast finality).
 * Source: FRC-0108; Lotus chain/store/cbor_gen.go.
 */
export interface SnapshotMetadata {
  readonly version: number;
  /** CIDs of the headers. */
  readonly headTipsetKey: readonly Cid[];
  /** The block of F3 data, which comes next; undefined if there is none. */
  readonly f3Data: Cid | undefined;
}

type FieldReader = (reader: Parameters<Codec<unknown>["decode"]>[0]) => Partial<SnapshotMetadata>;

const FIELDS: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ["F3Data", (reader) => ({ f3Data: reader.null() ? undefined : reader.cid() })],
  ["Version", (reader) => ({ version: reader.u32() })],
  ["HeadTipsetKey", (reader) => ({ headTipsetKey: readList(reader, () => reader.cid()) })],
]);

/** A snapshot's metadata: a map, whose order is Lotus's. */
export const snapshotMetadataCodec: Codec<SnapshotMetadata> = {
  encode({ version, headTipsetKey, f3Data }, writer) {
    writer.map(FIELDS.size).text("F3Data");
    if (f3Data === undefined) writer.null();
    else writer.cid(f3Data);
    writer.text("Version").u64(version).text("HeadTipsetKey");
    writeList(writer, headTipsetKey, (cid) => writer.cid(cid));
  },
  decode(reader) {
    let metadata: Partial<SnapshotMetadata> = {};
    for (let entries = reader.map(); entries > 0; entries--) {
      const read = FIELDS.get(reader.text());
      if (read === undefined) reader.skip();
      else metadata = { ...metadata, ...read(reader) };
    }
    const { version, headTipsetKey, f3Data } = metadata;
    if (version === undefined || headTipsetKey === undefined) return reader.fail("no snapshot metadata");
    return { version, headTipsetKey, f3Data };
  },
};
