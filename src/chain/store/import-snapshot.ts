import { type Cid, parseCid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { isFlag, isFunction, isSignal, isText, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import { type MissingActors, putActors } from "./actors.js";
import { adoptHead, type ForkWeights, type HeadChange } from "./adopt-head.js";
import type { ChainStore } from "./chain-store.js";
import { endImport, importBlocks, type ReadProgress } from "./import-blocks.js";
import { headOf } from "./index-headers.js";
import { headKey } from "./snapshot-head.js";

/** Options of `importSnapshot`. */
export interface ImportOptions {
  /** Blocks of builtin actors, by their manifest: manifest, list and code. Default: none are added. */
  readonly actors?: ActorsSource;
  /** Take the snapshot's head even if its chain is lighter than the folder's, or ends before it. Default: false. */
  readonly takeHead?: boolean;
  /** Ends it; the next call goes on. */
  readonly signal?: AbortSignal;
  /** Told now and then how far it has got. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** Where builtin actors come from. */
export type ActorsSource = (
  manifest: Cid,
) => Promise<Iterable<Block> | undefined> | Iterable<Block> | undefined;

/** How far an import has got: the file is read, then the headers are gone through, from the head down. */
export type ImportProgress =
  | ({ readonly stage: "read" } & ReadProgress)
  | { readonly stage: "headers"; readonly epoch: number; readonly head: number };

/** Result of an import. */
export interface ImportResult {
  /** Epoch of its head. */
  readonly head: number;
  /** Fate of the head. */
  readonly change: HeadChange;
  /** Weights of the fork and of the folder's chain. */
  readonly weights?: ForkWeights;
  /** Blocks that this call has read. */
  readonly blocks: number;
  /** Number of these blocks that were not there. */
  readonly added: number;
  /** Blocks of the file that earlier calls have read, and this one has not. */
  readonly before: number;
  /** Builtin actors that could not be had. */
  readonly missingActors: readonly MissingActors[];
}

const CHECKS: Checks<ImportOptions> = {
  actors: optional(isFunction),
  takeHead: optional(isFlag),
  signal: optional(isSignal),
  onProgress: optional(isFunction),
};

/**
 * Takes a snapshot of a chain into a folder: a CAR of Lotus or Forest, of either version (FRC-0108), compressed or not.
 * Whatever ends it, the next call goes on; what is wrong with a snapshot loses nothing of the folder's chain.
 *
 * @throws FvmError INVALID_CAR, INVALID_SNAPSHOT, OTHER_NETWORK, CHAIN_CHANGED, INVALID_OPTION; the file system's
 * errors; the signal's reason
 */
export async function importSnapshot(
  store: ChainStore,
  file: string,
  options: ImportOptions = {},
): Promise<ImportResult> {
  checkOption("file", file, isText);
  const {
    actors,
    takeHead = false,
    signal,
    onProgress = () => undefined,
  } = checkedOptionsOnly(options, CHECKS);
  const { roots, record, ...counts } = await importBlocks(store, file, signal, (progress) =>
    onProgress({ stage: "read", ...progress }),
  );
  const head = headOf(
    store,
    headKey(roots, (cid) => store.blockstore.get(cid)),
  );
  const adoption = await adoptHead(store, head, {
    takeHead,
    signal,
    onEpoch: (epoch) => onProgress({ stage: "headers", epoch, head: head.epoch }),
  });
  await endImport(store, record);
  if (actors !== undefined) await addActors(store, actors);
  return { head: head.epoch, ...adoption, ...counts, missingActors: store.missingActors() };
}

/** Adds the builtin actors that a folder lacks, as far as there are any. */
export async function addActors(store: ChainStore, actors: ActorsSource): Promise<void> {
  for (const { manifest } of store.missingActors()) {
    const blocks = manifest === undefined ? undefined : await actors(parseCid(manifest));
    if (blocks !== undefined) await putActors(store.database, parseCid(manifest as string), [...blocks]);
  }
}
