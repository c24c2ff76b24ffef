import { type Cid, cidCodec } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";

/** Blocks that an epoch may note. */
const MAX_NOTED = 8_192;

/** State that the last two epochs have waited for or stored: the next one needs most of it again. */
export class Recent {
  #before: readonly Cid[] = [];
  #now = new Set<Cid>();

  note(cid: Cid): void {
    if (this.#now.size < MAX_NOTED && cidCodec(cid) === DAG_CBOR) this.#now.add(cid);
  }

  /** Another epoch begins. @returns what was noted */
  next(): readonly Cid[] {
    const last = [...this.#now];
    const all = [...last, ...this.#before];
    this.#before = last;
    this.#now = new Set();
    return all;
  }
}
