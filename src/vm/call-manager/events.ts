import type { Cid } from "../../encoding/cid.js";
import { buildAmt, EVENTS_AMT } from "../../ipld/amt.js";
import { eventCodec, type StampedEvent } from "../../message/event.js";
import { native } from "../../native/index.js";

/** Root of the AMT of a message's events (FIP-0049); undefined if there are none. Nothing is stored. */
export function eventsRoot(events: readonly StampedEvent[]): Cid | undefined {
  if (events.length === 0) return undefined;
  return buildAmt(events, eventCodec, EVENTS_AMT, (codec, data) => native.cidOf(codec, data));
}
