import type { Blockstore } from "../../blockstore/blocks.js";
import type { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { type ChainBatch, type Records, updateStore } from "./records.js";

/** The blocks of a chain's folder. Owned by its `ChainStore`, which closes it. */
export class ChainBlockstore implements Blockstore {
  readonly #database: LmdbBlockstore;

  constructor(database: LmdbBlockstore) {
    this.#database = database;
  }

  /** As `LmdbBlockstore.get`. */
  get(cid: Cid): Uint8Array | undefined {
    return this.#database.get(cid);
  }

  /** As `LmdbBlockstore.has`. */
  has(cid: Cid): boolean {
    return this.#database.has(cid);
  }

  /** As `LmdbBlockstore.putMany`, beside a collection of garbage, too. */
  async putMany(blocks: readonly Block[]): Promise<void> {
    await putBlocks(this.#database, blocks);
  }
}

/**
 * Stores blocks, and what goes with them, in one transaction.
 *
 * A collection of garbage has not marked them: it finds its record gone, and ends. It changes its record with each block
 * that it deletes, and the number of collections when it begins, so that blocks which are found here are there. If one
 * has done so before they are stored, all are stored, found or not: collections that follow each other keep nobody waiting.
 *
 * @returns how many of them were not there
 */
export async function putBlocks(
  database: LmdbBlockstore,
  blocks: readonly Block[],
  also: (records: Records) => ChainBatch = () => ({}),
): Promise<number> {
  let isFirst = true;
  let added = 0;
  await updateStore(database, (records) => {
    const { records: changes, ...rest } = also(records);
    if (isFirst) {
      records.get("garbage");
      records.get("collections");
    }
    const lacking = new Set(database.lacking(blocks.map(({ cid }) => cid)));
    added = lacking.size;
    const stored = isFirst ? blocks.filter(({ cid }) => lacking.has(cid)) : blocks;
    isFirst = false;
    return { ...rest, blocks: stored, records: { ...changes, garbage: undefined } };
  });
  return added;
}
