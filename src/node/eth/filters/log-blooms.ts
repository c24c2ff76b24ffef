import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { BoundedMap } from "../../../util/bounded-map.js";
import { hexBytes } from "../../../util/bytes.js";
import type { EthTipset } from "../eth-tipset.js";
import type { EthView } from "../eth-view.js";
import type { LogMatcher } from "./log-filter.js";

/** Tipsets whose filters are kept, at least; 256 bytes each. */
const KEPT = 20_000;

/** Bloom filters over the logs of tipsets that were looked into, so that the next look passes most of them by. */
export class LogBlooms {
  readonly #blooms = new BoundedMap<string, Uint8Array | "no logs">(KEPT);

  constructor(private readonly view: EthView) {}

  /** A tipset, if it may have logs that count. Throws as `EthView.tipset`. */
  async candidate(
    tipset: ChainTipset,
    matcher: LogMatcher,
    options: ChainReadOptions,
  ): Promise<EthTipset | undefined> {
    const name = tipset.key.join("");
    const known = this.#blooms.get(name);
    if (known === "no logs" || (known !== undefined && !matcher.mayMatch(known))) return undefined;
    const { messages } = await this.view.chain.executed(tipset, options);
    if (messages.every(({ events }) => events.length === 0)) {
      this.#blooms.set(name, "no logs");
      return undefined;
    }
    const made = await this.view.tipset(tipset, options);
    if (known === undefined) this.#blooms.set(name, hexBytes(made.bloom.slice(2)));
    return made;
  }
}
