import type { PageCall, PageMessage } from "../data.js";

/** Calls that are shown unfolded at first. */
const UNFOLDED = 200;
/** Levels that are shown at first if there are more calls than that. */
const LEVELS = 2;

/** The calls of a message as a tree, each named by its place in the list. */
export class Calls {
  readonly depth: Int32Array;
  /** Place after the last call below. */
  readonly end: Int32Array;
  private texts: string[] | undefined;

  constructor(private readonly message: PageMessage) {
    const { calls } = message;
    this.depth = new Int32Array(calls.length);
    this.end = new Int32Array(calls.length);
    for (const [at, { parent }] of calls.entries()) {
      if (parent >= 0) this.depth[at] = (this.depth[parent] as number) + 1;
    }
    // Backwards, so that what is below has its end already.
    for (let at = calls.length - 1; at >= 0; at--) {
      this.end[at] = Math.max(this.end[at] as number, at + 1);
      const { parent } = this.at(at);
      if (parent >= 0) this.end[parent] = Math.max(this.end[parent] as number, this.end[at] as number);
    }
  }

  get count(): number {
    return this.message.calls.length;
  }

  at(place: number): PageCall {
    return this.message.calls[place] as PageCall;
  }

  hasCalls(place: number): boolean {
    return (this.end[place] as number) > place + 1;
  }

  /** Places of calls that are not within a folded one. */
  shown(folded: ReadonlySet<number>): number[] {
    const shown: number[] = [];
    for (let at = 0; at < this.count; ) {
      shown.push(at);
      at = folded.has(at) ? (this.end[at] as number) : at + 1;
    }
    return shown;
  }

  /** Places of the calls above a call, from the nearest. */
  above(place: number): number[] {
    const above: number[] = [];
    for (let at = this.at(place).parent; at >= 0; at = this.at(at).parent) above.push(at);
    return above;
  }

  /** Calls that are folded at first. */
  foldedAtFirst(): Set<number> {
    return this.count <= UNFOLDED ? new Set() : this.foldedFrom(LEVELS);
  }

  /** All that has calls, from a level on. */
  foldedFrom(level: number): Set<number> {
    const folded = new Set<number>();
    for (let at = 0; at < this.count; at++) {
      if ((this.depth[at] as number) >= level && this.hasCalls(at)) folded.add(at);
    }
    return folded;
  }

  /** The innermost call by which the message failed, else its own call. */
  interesting(): number {
    let at = 0;
    if (this.count === 0 || this.at(0).end.isOk) return at;
    for (;;) {
      const below = this.failedBelow(at);
      if (below === undefined) return at;
      at = below;
    }
  }

  /** Places of calls in which the text occurs. */
  matches(query: string): number[] {
    this.texts ??= this.message.calls.map((call) => this.textOf(call));
    const matches: number[] = [];
    for (const [at, text] of this.texts.entries()) {
      if (text.includes(query)) matches.push(at);
    }
    return matches;
  }

  /** The last call of it that failed, if it was the last one at all. */
  private failedBelow(place: number): number | undefined {
    let last: number | undefined;
    for (let at = place + 1; at < (this.end[place] as number); at = this.end[at] as number) last = at;
    return last === undefined || this.at(last).end.isOk ? undefined : last;
  }

  private textOf({
    actor,
    type,
    method,
    value,
    end,
    facts,
    params,
    returned,
    sums,
    blocks,
    logs,
    events,
  }: PageCall): string {
    const { strings } = this.message;
    const texts = [actor, type, method, value, end.text, params?.text, params?.hex, returned?.text];
    texts.push(returned?.hex, ...logs);
    for (const { text } of facts) texts.push(text);
    for (const [name] of sums) texts.push(strings[name]);
    for (let at = 1; at < blocks.length; at += 3) texts.push(strings[blocks[at] as number]);
    for (const at of events) {
      const event = this.message.events[at];
      for (const { label, text } of event?.entries ?? []) texts.push(label, text);
      texts.push(event?.summary);
    }
    return texts.join("\n").toLowerCase();
  }
}
