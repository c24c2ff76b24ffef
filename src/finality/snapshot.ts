import { createReadStream } from "node:fs";
import { reachF3Data } from "../chain/store/snapshot-preamble.js";
import { type Cursor, readVarint } from "../encoding/varint.js";
import { FvmError } from "../errors.js";
import { PieceReader } from "../ipld/car/pieces.js";
import { dataOf } from "../ipld/car/stream.js";
import { isZstd, unzstd } from "../ipld/car/zstd.js";
import { CborReader } from "../ipld/cbor.js";
import { isText } from "../util/check.js";
import { checkOption } from "../util/options.js";
import type { U64 } from "../util/u64.js";
import { type PowerTable, powerTableCodec } from "./power-table.js";

/** F3's part of a snapshot of version 2. Source: FRC-0108. */
export interface SnapshotFinality {
  readonly firstInstance: U64;
  readonly latestInstance: U64;
  /** The table of the first certificate, of which the snapshot is no proof. */
  readonly table: PowerTable;
  /** The certificates in order, not checked. To be read to the end, which closes the file. */
  readonly certificates: AsyncIterable<Uint8Array>;
}

const VERSION = 1;
const READ_BYTES = 1024 * 1024;
const MAX_VARINT_BYTES = 10;
/** A table or certificate of all the participants there may be is shorter. */
const MAX_ITEM_BYTES = 4 * 2 ** 20;

/**
 * The certificates in a snapshot: a CAR of version 1 or 2, compressed or not. Undefined: it has none.
 *
 * @throws FvmError INVALID_CAR, INVALID_SNAPSHOT, also while the certificates are read; the file system's errors
 */
export async function openSnapshotFinality(path: string): Promise<SnapshotFinality | undefined> {
  checkOption("path", path, isText);
  const stored = new PieceReader(createReadStream(path, { highWaterMark: READ_BYTES }));
  let items: Items | undefined;
  try {
    const reader = isZstd(await stored.peek(4)) ? new PieceReader(unzstd(stored)) : stored;
    const { offset } = await dataOf(reader);
    const length = await reachF3Data(reader, offset);
    if (length === undefined) return undefined;
    items = new Items(reader, length);
    const header = readHeader(await items.next());
    return { ...header, certificates: rest(items, stored) };
  } finally {
    if (items === undefined) await stored.close();
  }
}

async function* rest(items: Items, stored: PieceReader): AsyncGenerator<Uint8Array> {
  try {
    while (items.hasMore) yield await items.next();
  } finally {
    await stored.close();
  }
}

/** Items with their length in front. */
class Items {
  readonly #end: number;

  constructor(
    private readonly reader: PieceReader,
    length: number,
  ) {
    this.#end = reader.offset + length;
  }

  get hasMore(): boolean {
    return this.reader.offset < this.#end;
  }

  async next(): Promise<Uint8Array> {
    const cursor: Cursor = { data: await this.reader.peek(MAX_VARINT_BYTES), offset: 0 };
    const length = readVarint(cursor);
    if (length === undefined || length > MAX_ITEM_BYTES)
      throw malformed("an item without a length, or too long");
    const bytes = await this.reader.take(cursor.offset + Number(length));
    if (bytes === undefined || this.reader.offset > this.#end) throw malformed("cut off");
    return new Uint8Array(bytes.subarray(cursor.offset));
  }
}

function readHeader(data: Uint8Array): Omit<SnapshotFinality, "certificates"> {
  try {
    const reader = new CborReader(data, 0, { canonical: true });
    reader.tuple(4);
    const version = reader.u64();
    if (version !== VERSION) reader.fail(`version ${version}`);
    const header = {
      firstInstance: reader.u64(),
      latestInstance: reader.u64(),
      table: powerTableCodec.decode(reader),
    };
    reader.end();
    return header;
  } catch (cause) {
    throw malformed("malformed header", cause);
  }
}

function malformed(reason: string, cause?: unknown): FvmError {
  return new FvmError("INVALID_SNAPSHOT", { reason: `data of F3: ${reason}` }, { cause });
}
