import { type Cid, cidCodec } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { linksOf } from "../../ipld/links.js";
import { BoundedMap } from "../../util/bounded-map.js";

interface Family {
  readonly children: readonly Cid[];
  /** How many of them had to be waited for. */
  waits: number;
}

/** Links that are remembered with the block that they were in. */
const MAX_CHILDREN = 16_384;

/**
 * Blocks with a link in the same block. Who waits for one of them looks something up; who waits for a second one
 * probably reads them all.
 */
export class Siblings {
  readonly #families = new BoundedMap<Cid, Family>(MAX_CHILDREN);

  /** A block has been read. Throws `FvmError` INVALID_CBOR. */
  read(cid: Cid, data: Uint8Array): void {
    if (cidCodec(cid) !== DAG_CBOR) return;
    const children = linksOf(data).filter((link) => cidCodec(link) === DAG_CBOR);
    const family = { children, waits: 0 };
    for (const child of children) this.#families.set(child, family);
  }

  /** Somebody waits for a block. @returns the others, once */
  waitFor(cid: Cid): readonly Cid[] {
    const family = this.#families.get(cid);
    if (family === undefined || ++family.waits !== 2) return [];
    return family.children;
  }
}
