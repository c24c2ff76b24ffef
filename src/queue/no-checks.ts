import type { Chain } from "../chain/history/chain.js";
import type { BegunTipset, TipsetChecks } from "../chain/sync/tipset-checks.js";
import type { Cid } from "../encoding/cid.js";

/** For those who execute tipsets and do not ask whether their blocks are valid. */
export class NoChecks implements TipsetChecks {
  constructor(private readonly chain: Chain) {}

  begin(key: readonly Cid[], signal: AbortSignal): BegunTipset {
    const reading = this.#read(key, signal);
    // Whoever takes the tipset hears of it, if anybody does.
    reading.catch(() => undefined);
    return { read: () => reading, refused: async () => undefined };
  }

  async #read(key: readonly Cid[], signal: AbortSignal) {
    const tipset = await this.chain.tipset(key, { signal });
    const messages = tipset.epoch === 0 ? undefined : await this.chain.messages(tipset, { signal });
    return { tipset, messages };
  }
}
