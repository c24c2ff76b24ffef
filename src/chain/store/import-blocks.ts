import { statSync } from "node:fs";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { isIntact } from "../../ipld/intact.js";
import { ownBytes } from "../../util/bytes.js";
import { Turns } from "../../util/waits.js";
import { putBlocks } from "./chain-blockstore.js";
import type { ChainStore } from "./chain-store.js";
import { changed } from "./changed.js";
import { type ImportRecord, readRecord, updateStore } from "./records.js";
import { openSnapshot, type SnapshotFile } from "./snapshot-file.js";

/** How far the reading of a snapshot has got. */
export interface ReadProgress {
  /** Bytes of the file up to which it has been read. */
  readonly bytes: number;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Bytes of the file at which this call has begun. */
  readonly from: number;
  /** Blocks that this call has read. */
  readonly blocks: number;
}

/** Result of an import. */
export interface ImportedBlocks {
  /** Roots of the CAR. */
  readonly roots: readonly Cid[];
  /** Blocks that this call has read. */
  readonly blocks: number;
  /** Number of these blocks that were not there. */
  readonly added: number;
  /** Blocks that earlier calls have read, and this one has not. */
  readonly before: number;
  /** As it was stored last. */
  readonly record: ImportRecord;
}

/** Bytes of blocks, and their number, that are stored at once. */
const BATCH_BYTES = 16 * 2 ** 20;
const BATCH_BLOCKS = 20_000;

/**
 * Stores the blocks of a snapshot, each checked against its CID. What has been reported is stored; the next call for the
 * same file goes on from there if its format allows it, else it reads over what is there.
 *
 * @throws FvmError INVALID_CAR, CHAIN_CHANGED; the file system's errors; the signal's reason
 */
export async function importBlocks(
  store: ChainStore,
  path: string,
  signal: AbortSignal | undefined,
  onProgress: (progress: ReadProgress) => void,
): Promise<ImportedBlocks> {
  const importing = await BlockImport.begin(store, path);
  const turns = new Turns(signal);
  for await (const { cid, data, offset } of importing.file.blocks) {
    await turns.next();
    importing.add({ cid, data }, offset);
    if (!importing.isFull) continue;
    await importing.save();
    onProgress(importing.progress);
  }
  await importing.save();
  onProgress(importing.progress);
  const { blocks, added, before, record } = importing;
  return { roots: importing.file.roots, blocks, added, before, record: record as ImportRecord };
}

/** Notes that an import is done, unless something else has begun in the meantime. */
export async function endImport(store: ChainStore, record: ImportRecord): Promise<void> {
  const { isOpen: _, ...done } = record;
  await updateStore(store.database, (records) => {
    const isOurs = JSON.stringify(records.get("import")) === JSON.stringify(record);
    return isOurs ? { records: { import: done } } : {};
  });
}

class BlockImport {
  blocks = 0;
  added = 0;
  #batch: Block[] = [];
  #bytes = 0;
  readonly #from: number;

  private constructor(
    private readonly store: ChainStore,
    readonly file: SnapshotFile,
    private readonly name: string,
    /** As it was stored last. */
    public record: ImportRecord | undefined,
    readonly before: number,
  ) {
    this.#from = file.progress.bytesRead;
  }

  static async begin(store: ChainStore, path: string): Promise<BlockImport> {
    const name = nameOf(path);
    const record = readRecord(store.database, "import");
    const resumed = record?.file === name ? record : undefined;
    const before = resumed === undefined || resumed.offset === 0 ? 0 : resumed.blocks;
    return new BlockImport(store, await openSnapshot(path, resumed), name, record, before);
  }

  get isFull(): boolean {
    return this.#bytes >= BATCH_BYTES || this.#batch.length >= BATCH_BLOCKS;
  }

  get progress(): ReadProgress {
    const { bytesRead, size } = this.file.progress;
    return { bytes: bytesRead, size, from: this.#from, blocks: this.blocks };
  }

  /** @param offset in the CAR, for errors */
  add({ cid, data }: Block, offset: number): void {
    this.blocks++;
    const own = ownBytes(data) as Uint8Array;
    checkHash(cid, own, offset);
    this.#batch.push({ cid, data: own });
    this.#bytes += own.length;
  }

  async save(): Promise<void> {
    const { file, name, store } = this;
    const batch = this.#batch;
    const { position: offset } = file.progress;
    const blocks = this.before + this.blocks;
    const next = { file: name, offset, blocks, roots: file.roots.map(cidText), isOpen: true } as const;
    this.added += await putBlocks(store.database, batch, (records) => {
      // A collection of garbage has taken blocks that nothing led to yet; another import has begun.
      if (JSON.stringify(records.get("import")) !== JSON.stringify(this.record)) throw changed(store.folder);
      return { records: { import: next } };
    });
    this.record = next;
    this.#batch = [];
    this.#bytes = 0;
  }
}

/** Tells a file from others, and from itself after a change. */
function nameOf(path: string): string {
  const { size, mtimeMs, dev, ino } = statSync(path);
  return [dev, ino, size, mtimeMs].join(" ");
}

function checkHash(cid: Cid, data: Uint8Array, offset: number): void {
  const intact = isIntact(cid, data);
  if (intact === true) return;
  const reason = intact === false ? "does not have the hash of its CID" : "has a CID with an unknown hash";
  throw new FvmError("INVALID_CAR", { offset, reason: `block ${cidText(cid)} ${reason}` });
}
