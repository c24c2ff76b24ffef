import type { PageMessage } from "../data.js";
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

/** Whether a text, in lower case, occurs anywhere in a message. */
export function occursIn(message: PageMessage, query: string): boolean {
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
