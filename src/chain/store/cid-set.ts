import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import type { Cid } from "../../encoding/cid.js";
import { NO_BYTES } from "../../util/bytes.js";

/** CIDs in memory: some 60 MB. */
const MOST_IN_MEMORY = 400_000;

/** A set of CIDs of any size: those that came last are in memory, the others in a folder. */
export class CidSet {
  #recent = new Set<Cid>();
  /** As blocks without data. */
  #stored: LmdbBlockstore | undefined;
  #folder: string | undefined;
  readonly #isTemporary: boolean;
  readonly #limit: number;

  private constructor(folder: string | undefined, limit: number) {
    this.#folder = folder;
    this.#isTemporary = folder === undefined;
    this.#limit = limit;
  }

  /** One that is removed when it is closed. Its folder is made once it needs one. */
  static temporary(limit = MOST_IN_MEMORY): CidSet {
    return new CidSet(undefined, limit);
  }

  /** The one of a folder, which stays. */
  static async open(folder: string, limit = MOST_IN_MEMORY): Promise<CidSet> {
    const set = new CidSet(folder, limit);
    set.#stored = await LmdbBlockstore.open(folder);
    return set;
  }

  has(cid: Cid): boolean {
    return this.#recent.has(cid) || this.#stored?.has(cid) === true;
  }

  /** Whether it is new. */
  add(cid: Cid): boolean {
    if (this.has(cid)) return false;
    this.#recent.add(cid);
    return true;
  }

  /** To be called now and then: bounds the memory that it takes. */
  async settle(): Promise<void> {
    if (this.#recent.size >= this.#limit) await this.flush();
  }

  /** Stores all of it. */
  async flush(): Promise<void> {
    this.#folder ??= mkdtempSync(join(tmpdir(), "fvm-cids-"));
    this.#stored ??= await LmdbBlockstore.open(this.#folder);
    await this.#stored.write({ blocks: [...this.#recent].map((cid) => ({ cid, data: NO_BYTES })) });
    this.#recent = new Set();
  }

  /** Ends its use. A temporary one is gone afterwards. */
  async close(): Promise<void> {
    await this.#stored?.close();
    this.#stored = undefined;
    if (this.#isTemporary && this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
  }
}
