import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { cidText } from "../../../encoding/cid.js";
import type { StampedEvent } from "../../../message/event.js";
import { Turns } from "../../../util/waits.js";
import { failed } from "../../rpc/errors.js";
import type { EthTipset } from "../eth-tipset.js";
import type { EthView } from "../eth-view.js";
import { cidOfHash } from "../hashes.js";
import type { EthLog } from "../logs.js";
import type { LogBlooms } from "./log-blooms.js";
import type { AddressRule, LogMatcher, LogRange } from "./log-filter.js";

/** Logs that a query of several tipsets may find. Source: Lotus node/config, `MaxFilterResults`. */
export const MOST_LOGS = 10_000;

/** Where logs are looked for. */
export interface LogSearch {
  readonly view: EthView;
  readonly blooms: LogBlooms;
  /** The tipset that is the head: results of those below it are known. */
  readonly head: ChainTipset;
  readonly range: LogRange;
  readonly matcher: LogMatcher;
  readonly rule: AddressRule;
}

/**
 * The logs of a range that count, in the chain's order. Throws `RpcError` if there are too many, or the range goes beyond
 * what is known; as `EthView.tipset`.
 */
export async function findLogs(search: LogSearch, options: ChainReadOptions): Promise<EthLog[]> {
  const { view, blooms, head, range, matcher, rule } = search;
  if (range.kind === "block") {
    const tipset = await tipsetOfLogs(search, range.hash, options);
    if (tipset.epoch >= head.epoch) throw failed(NOT_YET);
    return matching(await view.tipset(tipset, options), matcher, rule);
  }
  const to = Math.min(range.to ?? head.epoch - 1, head.epoch - 1);
  const turns = new Turns(options.signal);
  const found: EthLog[] = [];
  let tipsets = 0;
  for (let epoch = range.from; epoch <= to; epoch++) {
    await turns.next();
    const tipset = await view.chain.chain.tipsetAt(epoch, head, "after", options);
    if (tipset === undefined || tipset.epoch > to) break;
    epoch = tipset.epoch;
    const candidate = await blooms.candidate(tipset, matcher, options);
    const logs = candidate === undefined ? [] : matching(candidate, matcher, rule);
    if (logs.length === 0) continue;
    found.push(...logs);
    if (++tipsets > 1 && found.length > MOST_LOGS) {
      throw failed("filter matches too many events, try a more restricted filter");
    }
  }
  return found;
}

/** The tipset of a block. Throws `RpcError` if there is none. */
export async function tipsetOfLogs(
  { view }: Pick<LogSearch, "view">,
  hash: EthLog["blockHash"],
  options: ChainReadOptions,
): Promise<ChainTipset> {
  const tipset = await view.chain.tipsetOf(cidOfHash(hash), options);
  if (tipset === undefined) {
    const cid = cidText(cidOfHash(hash));
    throw failed(
      `failed to get tipset by cid: cannot find tipset with cid ${cid}: ipld: could not find ${cid}`,
    );
  }
  return tipset;
}

/** Lotus's text on blocks whose results are not known. */
export const NOT_YET = "events for the requested block are not yet available";

/** The logs of a tipset that count. */
export function matching({ executed, logs }: EthTipset, matcher: LogMatcher, rule: AddressRule): EthLog[] {
  const events = executed.messages.flatMap((message) => message.events);
  return logs
    .flat()
    .filter((log) => matcher.matches(log.address, events[Number(log.logIndex)] as StampedEvent, rule));
}
