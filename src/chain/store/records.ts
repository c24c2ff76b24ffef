import type { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import type { Cid } from "../../encoding/cid.js";
import { isFvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import type { EpochRange } from "./ranges.js";

/** Layout of a chain's folder. Folders of later layouts are refused. */
export const FORMAT_VERSION = 1;

/** A stretch of the main chain, as it was found behind one head. */
export interface Segment extends EpochRange {
  /** Number under which its entries are stored. */
  readonly id: number;
}

/** The head with all that must change together with it. CIDs are texts. */
export interface HeadRecord {
  readonly epoch: number;
  readonly key: readonly string[];
  /** Ascending, without overlaps. */
  readonly segments: readonly Segment[];
  /** CID of the first header; undefined if the headers do not go back to it. */
  readonly genesis?: string;
}

/** How far an import has got. */
export interface ImportRecord {
  /** Tells the file from others. */
  readonly file: string;
  /** Where to go on: an offset in the file. */
  readonly offset: number;
  /** Number of blocks read up to now. */
  readonly blocks: number;
  readonly roots: readonly string[];
  /** Its head is not looked at yet: absent once it is. */
  readonly isOpen?: true;
}

/** How far a walk along headers has got. */
export interface WalkRecord {
  readonly segment: number;
  readonly head: readonly string[];
  /** Key of the next tipset. */
  readonly next: readonly string[];
  /** Epoch of the newest tipset that the folder's chain has, too, once it has come to it. */
  readonly meets?: number;
}

/** How far a collection of garbage has got. */
export interface GarbageRecord {
  /** Tells it from others. */
  readonly token: string;
  readonly head: readonly string[];
  readonly states: number;
  /** Whether all that is to be kept is marked. */
  readonly isMarked: boolean;
  /** The block up to which the sweep has come, as text. */
  readonly swept?: string;
}

/** Records of a folder beside its blocks. */
export interface ChainRecords {
  format: number;
  /** A network's name, or a network file's content. */
  network: unknown;
  head: HeadRecord;
  states: readonly EpochRange[];
  validated: readonly EpochRange[];
  /** Manifests whose actors' code is in the folder: CIDs as texts. */
  actors: readonly string[];
  import: ImportRecord;
  walk: WalkRecord;
  garbage: GarbageRecord;
  /** Number of collections of garbage that have begun. */
  collections: number;
  /** Numbers of segments that were given out. */
  segments: number;
}

/** Name of a record. */
export type RecordName = keyof ChainRecords;

/** Records as they are now. */
export interface Records {
  get<N extends RecordName>(name: N): ChainRecords[N] | undefined;
}

/** Changes of records: `undefined` deletes one. */
export type RecordChanges = { readonly [N in RecordName]?: ChainRecords[N] | undefined };

/** Blocks and conditions that are written with records. */
export interface ChainBatch {
  readonly blocks?: readonly Block[];
  readonly deleted?: readonly Cid[];
  readonly meta?: Readonly<Record<string, Uint8Array | undefined>>;
  readonly records?: RecordChanges;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A record as it is now. */
export function readRecord<N extends RecordName>(
  { meta }: Pick<LmdbBlockstore, "meta">,
  name: N,
): ChainRecords[N] | undefined {
  return parsed(meta.get(nameOf(name)));
}

/**
 * Changes what is stored by what is stored, in one transaction: if another process changes a record that was read in the
 * meantime, it is all done again.
 *
 * @param change synchronous. It reads records, and says what is to be written
 * @returns what was written
 */
export async function updateStore<B extends ChainBatch>(
  store: LmdbBlockstore,
  change: (records: Records) => B,
): Promise<B> {
  for (;;) {
    const expected: Record<string, Uint8Array | undefined> = {};
    const batch = change({
      get(name) {
        const key = nameOf(name);
        if (!Object.hasOwn(expected, key)) expected[key] = store.meta.get(key);
        return parsed(expected[key]);
      },
    });
    const { blocks = [], deleted = [], meta, records = {} } = batch;
    try {
      await store.write({ blocks, deleted, meta: { ...meta, ...encoded(records) }, expected });
      return batch;
    } catch (error) {
      if (!isFvmError(error, "STORE_CHANGED")) throw error;
    }
  }
}

function encoded(records: RecordChanges): Record<string, Uint8Array | undefined> {
  const entries = Object.entries(records).map(([name, record]) => [
    nameOf(name),
    record === undefined ? undefined : encoder.encode(JSON.stringify(record)),
  ]);
  return Object.fromEntries(entries);
}

function nameOf(record: string): string {
  return `chain/${record}`;
}

function parsed<T>(data: Uint8Array | undefined): T | undefined {
  return data === undefined ? undefined : (JSON.parse(decoder.decode(data)) as T);
}
