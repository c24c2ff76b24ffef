import { useState } from "preact/hooks";
import type { PageEvent, PageMessage } from "../data.js";
import { counted } from "./amounts.js";
import { Facts } from "./block.js";

/** Items that are added at a time. */
const STEP = 300;

interface ItemProps {
  readonly message: PageMessage;
  readonly place: number;
  /** Leads to the call that emitted it. */
  readonly onCall?: (call: number) => void;
}

/** An event. */
export function EventItem({ message, place, onCall }: ItemProps) {
  const event = message.events[place];
  if (event === undefined) return null;
  const { call, emitter, summary, entries, isDiscarded } = event;
  return (
    <article class={`event${isDiscarded ? " discarded" : ""}`}>
      <header>
        <span class="index">{place}</span> <span class="actor">{emitter}</span>{" "}
        {summary !== undefined && <strong>{summary}</strong>}{" "}
        {isDiscarded && <span class="end">discarded: its call failed</span>}{" "}
        {onCall !== undefined && (
          <button type="button" class="link" onClick={() => onCall(call)}>
            show the call
          </button>
        )}
      </header>
      <Facts facts={entries} />
    </article>
  );
}

interface ListProps {
  readonly message: PageMessage;
  readonly query: string;
  readonly onCall: (call: number) => void;
}

/** All events of a message, or those in which a text occurs. */
export function Events({ message, query, onCall }: ListProps) {
  const [limit, setLimit] = useState(STEP);
  const { events } = message;
  const found = eventMatches(events, query);
  if (events.length === 0) return <p class="empty">The message emitted no events.</p>;
  return (
    <div class="scroll">
      <p class="note">
        {query === ""
          ? counted(events.length, "event")
          : `${found.length} of ${counted(events.length, "event")}`}
      </p>
      {found.slice(0, limit).map((place) => (
        <EventItem key={place} message={message} place={place} onCall={onCall} />
      ))}
      {found.length > limit && (
        <button type="button" onClick={() => setLimit(limit + STEP)}>
          {found.length - limit} more
        </button>
      )}
    </div>
  );
}

/** Places of events in which a text occurs. */
export function eventMatches(events: readonly PageEvent[], query: string): number[] {
  return events.flatMap(({ emitter, summary, entries }, place) => {
    const texts = [emitter, summary, ...entries.flatMap(({ label, text }) => [label, text])];
    return texts.join("\n").toLowerCase().includes(query) ? [place] : [];
  });
}
