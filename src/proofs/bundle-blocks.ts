import type { Cid } from "../encoding/cid.js";
import { HostFault } from "../errors.js";
import { type Block, type BlockAccess, BlockNotFound } from "../ipld/block-access.js";
import { DecodedBlocks } from "../ipld/decoded-blocks.js";

/** The blocks of a bundle, which knows which of them have been asked for. */
export class BundleBlocks implements BlockAccess {
  readonly decoded = new DecodedBlocks();
  readonly #blocks: ReadonlyMap<Cid, Uint8Array>;
  readonly #used = new Set<Cid>();

  constructor(blocks: readonly Block[]) {
    this.#blocks = new Map(blocks.map(({ cid, data }) => [cid, data]));
  }

  get(cid: Cid): Uint8Array {
    const data = this.find(cid);
    if (data === undefined) throw new BlockNotFound(cid);
    return data;
  }

  /** As `get`; undefined: it is not there. */
  find(cid: Cid): Uint8Array | undefined {
    const data = this.#blocks.get(cid);
    if (data !== undefined) this.#used.add(cid);
    return data;
  }

  put(): never {
    throw new HostFault("BROKEN_INVARIANT", { text: "claims are only read" });
  }

  /** The first block that nobody has asked for. */
  get unused(): Cid | undefined {
    return [...this.#blocks.keys()].find((cid) => !this.#used.has(cid));
  }
}
