import type { PageMessage } from "../data.js";
import { counted } from "./amounts.js";
import { Calls } from "./calls.js";
import { eventMatches } from "./events.js";
import { stateMatches } from "./state.js";

const known = new WeakMap<PageMessage, Calls>();

/** The calls of a message, made once. */
export function callsOf(message: PageMessage): Calls {
  let calls = known.get(message);
  if (calls === undefined) {
    calls = new Calls(message);
    known.set(message, calls);
  }
  return calls;
}

/** A find: a call of a message, by its number among those in which the text occurs. */
export interface Find {
  readonly message: number;
  readonly at: number;
}

/** Where a text occurs, over all messages. */
export class Finds {
  /** Whether it occurs in each message. */
  readonly messages: readonly boolean[];
  private readonly count: number;

  /** @param query in lower case; empty if nobody searches */
  constructor(
    private readonly all: readonly PageMessage[],
    readonly query: string,
  ) {
    this.messages = all.map((message) => query !== "" && occursIn(message, query));
    this.count = this.messages.filter(Boolean).length;
  }

  /** The next find, or the one before; after the last comes the first. */
  next({ message, at }: Find, by: 1 | -1): Find {
    if (this.count === 0) return { message, at };
    const next = at + by;
    if (next >= 0 && next < this.stops(message)) return { message, at: next };
    const { length } = this.all;
    let to = message;
    do to = (to + by + length) % length;
    while (!this.messages[to]);
    return { message: to, at: by > 0 ? 0 : this.stops(to) - 1 };
  }

  /** Finds in a message and in the others, in words. */
  text({ message, at }: Find): string {
    if (this.query === "") return "";
    const isHere = this.messages[message];
    const others = this.count - (isHere ? 1 : 0);
    if (!isHere)
      return others === 0 ? "nothing found" : `nothing here; in ${counted(others, "other message")}`;
    const calls = this.callsIn(message);
    const here = calls === 0 ? "in the message, not in a call" : `${at + 1} of ${calls}`;
    return others === 0 ? here : `${here}; in ${counted(others, "other message")}`;
  }

  /** Finds in a message at which one can stop. One that is in no call is a stop, too. */
  private stops(message: number): number {
    return this.messages[message] ? Math.max(1, this.callsIn(message)) : 0;
  }

  private callsIn(message: number): number {
    return callsOf(this.all[message] as PageMessage).matches(this.query).length;
  }
}

/** Whether a text, in lower case, occurs anywhere in a message. */
function occursIn(message: PageMessage, query: string): boolean {
  const { title, origin = "", from, to, explanation = "", facts, events, state = [] } = message;
  const texts = [title, origin, explanation, from.label, ...from.addresses, to.label, ...to.addresses];
  for (const { text } of facts) texts.push(text);
  return (
    texts.join("\n").toLowerCase().includes(query) ||
    callsOf(message).matches(query).length > 0 ||
    eventMatches(events, query).length > 0 ||
    stateMatches(state, query).length > 0
  );
}
