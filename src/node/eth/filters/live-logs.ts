import { maskedId } from "../../../builtin/evm/index.js";
import { quantity } from "../../../inspect/tracers/hex.js";
import type { EthTipset } from "../eth-tipset.js";
import type { EthLog } from "../logs.js";
import { matching } from "./find-logs.js";
import type { LogMatcher } from "./log-filter.js";

/** How logs are told that have just become known. */
export interface LiveRule {
  /** Whether they are no part of the chain any more. */
  readonly removed: boolean;
  /**
   * Places of logs: `tipset`: among all events of the tipset, as everywhere; `matching`: among the events that count, as
   * Lotus's filters have it; `none`: 0, as Lotus's subscriptions have it.
   */
  readonly places: "tipset" | "matching" | "none";
}

/**
 * The logs of a tipset that count, as they become known. Source: Lotus chain/events/filter/event.go, `CollectEvents`.
 */
export function liveLogs(tipset: EthTipset, matcher: LogMatcher, { removed, places }: LiveRule): EthLog[] {
  if (places === "tipset") return matching(tipset, matcher, "any").map((log) => told(log, removed));
  const { executed, logs } = tipset;
  const byPlace = new Map(logs.flat().map((log) => [log.logIndex, log]));
  const found: EthLog[] = [];
  let [place, counted] = [0, 0];
  for (const { events } of executed.messages) {
    for (const event of events) {
      const log = byPlace.get(quantity(place++));
      if (!matcher.matches(log?.address ?? maskedId(event.emitter), event, "live")) continue;
      const logIndex = quantity(places === "none" ? 0 : counted++);
      if (log !== undefined) found.push(told({ ...log, logIndex }, removed));
    }
  }
  return found;
}

function told(log: EthLog, removed: boolean): EthLog {
  return log.removed === removed ? log : { ...log, removed };
}
