import type { ActorType } from "../../builtin/actors/index.js";
import { cidText } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import type { CallEnd, ObservationOf } from "../../vm/trace/observation.js";
import type { CallTrace, TraceStep } from "../../vm/trace/trace.js";
import { type AboutCall, aboutCall } from "./about-call.js";
import type { Budget } from "./budget.js";
import { ListOfMessage, TRIPLE } from "./call-listing.js";
import type { Amount, ChargeSum, PageCall, PageEvent } from "./data.js";
import type { Names } from "./names.js";
import { amountOf, Strings } from "./parts.js";

/** A call in the list, and what it has done so far. */
class Entry {
  readonly sums = new Map<string, { count: number; compute: bigint; other: bigint }>();
  readonly charges: Amount[] = [];
  readonly blocks: number[] = [];
  readonly logs: string[] = [];
  readonly events: number[] = [];
  /** Milligas of its own charges. */
  own = 0n;
  /** Milligas of calls below. */
  below = 0n;
  omitted = 0;

  constructor(
    readonly parent: number,
    readonly about: AboutCall,
  ) {}
}

/** A call that is being walked through. */
interface Visit {
  readonly call: CallTrace;
  /** The call's place in the list; of a call that is left out, that of the listed one above. */
  readonly place: number;
  readonly isListed: boolean;
  /** Whether it has failed, or a call above. */
  readonly hasFailed: boolean;
  /** The next of its steps. */
  at: number;
}

/** Calls of a message as a list, with all that they did. */
export class CallList {
  readonly strings = new Strings();
  readonly events: PageEvent[] = [];
  readonly omitted = { calls: 0, charges: 0, blocks: 0, events: 0, logs: 0 };
  private readonly entries: Entry[] = [];
  /** Names of charges, as they are shown. */
  private readonly shownNames = new Map<string, string>();

  constructor(
    private readonly names: Names,
    private readonly budget: Budget,
  ) {}

  /** Adds a message's own call. Without recursion, because calls may be nested some thousand deep. */
  add(root: CallTrace): void {
    const open = [this.visit(root, -1, false)];
    for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
      const step = visit.call.steps[visit.at++];
      if (step === undefined) open.pop();
      else if (step.kind === "call") open.push(this.visit(step.call, visit.place, visit.hasFailed));
      else this.note(step, visit);
    }
  }

  /** Calls as the page has them. Their charges and blocks may become fewer until the page is complete. */
  calls(): PageCall[] {
    this.share("charges");
    this.share("blocks");
    // Backwards, so that what is below a call is complete.
    for (const { parent, own, below } of this.entries.toReversed()) {
      const above = this.entries[parent];
      if (above !== undefined) above.below += own + below;
    }
    return this.entries.map(
      ({ parent, about, own, below, sums, charges, blocks, logs, events, omitted }) => ({
        parent,
        ...about,
        type: about.type ?? "",
        own: amountOf(own),
        total: amountOf(own + below),
        sums: Array.from(sums, ([name, { count, compute, other }]): ChargeSum => {
          return [this.strings.place(name), count, amountOf(compute), amountOf(other)];
        }),
        charges,
        blocks,
        logs,
        events,
        omitted,
      }),
    );
  }

  /** Type of the actor that the message is for. */
  typeOfFirst(): ActorType | undefined {
    return this.entries[0]?.about.type;
  }

  /** Categories of the charges, by the place of the name. */
  categories(): Record<number, string> {
    const names = new Set(this.entries.flatMap(({ sums }) => [...sums.keys()]));
    return Object.fromEntries(
      Array.from(names, (name) => [this.strings.place(name), this.budget.name(this.names.category(name))]),
    );
  }

  private visit(call: CallTrace, above: number, aboveHasFailed: boolean): Visit {
    const isListed = above < 0 || this.budget.takes("calls");
    if (isListed) {
      this.entries.push(new Entry(above, aboutCall(call, this.names, this.budget)));
    } else {
      this.omitted.calls++;
      this.entry(above).omitted++;
    }
    const place = isListed ? this.entries.length - 1 : above;
    return { call, place, isListed, hasFailed: aboveHasFailed || hasFailed(call.end), at: 0 };
  }

  private note(step: Exclude<TraceStep, { kind: "call" }>, visit: Visit): void {
    const { place, isListed } = visit;
    const entry = this.entry(place);
    switch (step.kind) {
      case "charge":
        this.charge(step, entry, isListed);
        break;
      case "blockRead":
      case "blockWrite":
        if (!this.fits("blocks", entry, isListed)) break;
        entry.blocks.push(
          Number(step.kind === "blockWrite"),
          this.strings.place(cidText(step.cid)),
          step.size,
        );
        break;
      case "event":
        if (!this.takes("events", isListed)) break;
        entry.events.push(this.events.length);
        this.events.push(this.event(step.event, visit));
        break;
      case "log":
        if (this.takes("logs", isListed)) entry.logs.push(this.budget.text(step.text));
    }
  }

  private charge({ name, compute, other }: ObservationOf<"charge">, entry: Entry, isListed: boolean): void {
    const [computeGas, otherGas] = [BigInt(compute), BigInt(other)];
    if (isListed) {
      const shown = this.shownName(name);
      const sum = entry.sums.get(shown) ?? { count: 0, compute: 0n, other: 0n };
      entry.sums.set(shown, sum);
      sum.count++;
      sum.compute += computeGas;
      sum.other += otherGas;
      entry.own += computeGas + otherGas;
      if (this.fits("charges", entry, true)) {
        entry.charges.push(this.strings.place(shown), amountOf(computeGas), amountOf(otherGas));
      }
    } else {
      entry.below += computeGas + otherGas;
      this.omitted.charges++;
    }
  }

  private shownName(name: string): string {
    const known = this.shownNames.get(name);
    if (known !== undefined) return known;
    const shown = this.budget.name(name);
    this.shownNames.set(name, shown);
    return shown;
  }

  private event(event: StampedEvent, { place, hasFailed }: Visit): PageEvent {
    const { names, budget } = this;
    const { actor, type } = this.entry(place).about;
    const { summary, values } = names.event(event, type);
    return {
      call: place,
      emitter: actor,
      ...(summary !== undefined && { summary: budget.text(summary) }),
      entries: values.map(({ key, text }) => ({ label: budget.name(key), text: budget.text(text) })),
      isDiscarded: hasFailed,
    };
  }

  /** Whether a charge or a block is listed, for now: in the end messages share the room. */
  private fits(what: "charges" | "blocks", entry: Entry, isListed: boolean): boolean {
    if (isListed && entry[what].length < this.budget[what].room * TRIPLE) return true;
    this.omitted[what]++;
    return false;
  }

  private share(what: "charges" | "blocks"): void {
    const onCut = (count: number) => {
      this.omitted[what] += count;
    };
    const lists = this.entries.map((entry) => entry[what]);
    this.budget[what].add(new ListOfMessage(lists, onCut));
  }

  private takes(what: "events" | "logs", isListed: boolean): boolean {
    if (isListed && this.budget.takes(what)) return true;
    this.omitted[what]++;
    return false;
  }

  private entry(place: number): Entry {
    return this.entries[place] as Entry;
  }
}

function hasFailed(end: CallEnd): boolean {
  return end.kind !== "exit" || end.code !== 0;
}
