import { describe, expect, test } from "vitest";
import { LOG_BYTES } from "../../../src/chain/parallel/effect-logs.js";
import {
  LEAD,
  MAX_PREDECESSORS,
  PlaceStatus,
  type PlannedPlace,
  SharedTipset,
} from "../../../src/chain/parallel/shared-tipset.js";
import { latin1 } from "../../../src/util/bytes.js";

const { Free, Claimed, Executed, GivenUp, Main, Settled, Waiting } = PlaceStatus;

function place(predecessors: readonly number[] = [], change: Partial<PlannedPlace> = {}): PlannedPlace {
  return { message: "\x07", rawLength: 3, predecessors, ...change };
}

const bytes = (...all: number[]) => Uint8Array.from(all);
const effect = (...all: number[]) => latin1(bytes(...all));

/** The main thread comes to these before any other would be through with them. */
const LED = Array.from({ length: LEAD }, () => place([], { message: undefined }));
/** The first place after them. */
const A = LEAD;
const [B, C, D] = [A + 1, A + 2, A + 3];

/** Threads do not stand still: they are all this one. */
function begun(places: readonly PlannedPlace[], threads = 2, used?: SharedArrayBuffer): SharedTipset {
  const main = SharedTipset.begin({ count: places.length, messageBytes: 100 }, threads, used, 0);
  main.run(places);
  return main;
}

function seenBy(thread: number, { buffer }: SharedTipset): SharedTipset {
  return new SharedTipset(buffer, thread, 0);
}

/** A tipset of places from A on. */
function laid(...places: PlannedPlace[]): { main: SharedTipset; first: SharedTipset; second: SharedTipset } {
  const main = begun([...LED, ...places]);
  return { main, first: seenBy(1, main), second: seenBy(2, main) };
}

const statuses = (tipset: SharedTipset) =>
  Array.from({ length: tipset.count - LEAD }, (_, at) => tipset.status(LEAD + at));

describe("places", () => {
  test("carry their messages", () => {
    const { first } = laid(place(), place([], { message: "\x01\x02\xff", rawLength: 99 }));
    expect([first.message(A), first.rawLength(A)]).toEqual([bytes(7), 3]);
    expect([first.message(B), first.rawLength(B)]).toEqual([bytes(1, 2, 255), 99]);
  });

  test("are for the main thread without a message, with too many predecessors, with no usual length, without room", () => {
    const before = Array.from({ length: MAX_PREDECESSORS + 1 }, (_, i) => A + i);
    const { main, first } = laid(
      ...before.map(() => place()),
      place([], { message: undefined }),
      place(before),
      place(before.slice(1)),
      place([], { rawLength: 2 ** 31 }),
      place([], { message: "-".repeat(100) }),
    );
    const rest = A + before.length;
    expect(statuses(main).slice(before.length)).toEqual([Main, Main, Free, Main, Main]);
    expect(main.isDecided(rest)).toBe(true);
    const other = seenBy(3, begun([...LED, place(), ...before.map(() => place()), place([A])], 3));
    expect(other.claim()).toBe(A + before.length);
    expect(first.claim()).toBe("none");
  });

  test("are claimed by one thread, the last one first, once their predecessors have been executed or settled", () => {
    const { main, first, second } = laid(place(), place([A]), place([A]), place());
    expect(first.claim()).toBe(D);
    expect(second.claim()).toBe(A);
    expect(first.claim()).toBe("waits");
    expect(second.executed(A, effect(1))).toBe(true);
    expect([second.claim(), first.claim(), first.claim()]).toEqual([C, B, "none"]);
    expect(statuses(main)).toEqual([Executed, Claimed, Claimed, Claimed]);
    main.settled(A, undefined);
    expect(main.status(A)).toBe(Settled);
  });

  test("that the main thread will soon come to are claimed by nobody", () => {
    const { main, first, second } = laid(place(), place(), place(), place());
    expect(first.claim()).toBe(D);
    main.isDecided(1);
    expect(second.claim()).toBe(C);
    expect(first.claim()).toBe(B);
    expect(second.claim()).toBe("none");
    expect(main.status(A)).toBe(Free);
  });

  test("may be begun too early", () => {
    const { first } = laid(place(), place([A]), place([A]));
    expect(first.claim((at) => at === B)).toBe(B);
    expect(first.claim()).toBe(A);
  });

  test("are followed by those that build on them", () => {
    const near = place();
    const tipset = begun([
      near,
      place([0]),
      place([1]),
      place(),
      place([3]),
      place(),
      place([4, 5]),
      place([2]),
    ]);
    const all = Array.from({ length: tipset.count }, (_, at) => at);
    expect(all.map((at) => tipset.isFollowed(at))).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    // By way of the third place, the first one is followed by the last.
    expect(all.map((at) => tipset.isFollowedFar(at))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  test("that a thread has ended with are nobody else's", () => {
    const { main, first, second } = laid(place(), place(), place());
    for (const thread of [first, second, first]) thread.claim();
    first.executed(C, effect(1));
    main.giveUpAll(1);
    expect(statuses(main)).toEqual([GivenUp, Claimed, Executed]);
    // It is still there, only slow.
    first.executed(A, effect(2));
    expect(main.status(A)).toBe(GivenUp);
    second.giveUp(B);
    expect(statuses(main)).toEqual([GivenUp, GivenUp, Executed]);
  });

  test("are the main thread's at their turn, unless another one is at work", () => {
    const { main, first } = laid(place(), place());
    expect(first.claim()).toBe(B);
    expect(main.isDecided(A)).toBe(true);
    expect(main.isDecided(B)).toBe(false);
    expect(first.claim()).toBe("none");
    first.giveUp(B);
    expect(main.isDecided(B)).toBe(true);
    expect(statuses(main)).toEqual([Main, GivenUp]);
  });

  test("are lost by a thread that waits", async () => {
    const { main, first } = laid(place(), place(), place());
    expect(first.claim()).toBe(C);
    const { endings } = main;
    const waits = [first.beginWait(), first.beginWait()];
    await main.untilEnded(endings);
    first.endWait(waits[0] as number);
    expect(main.status(C)).toBe(Waiting);
    first.endWait(waits[1] as number);
    expect(main.status(C)).toBe(Claimed);
    const wait = first.beginWait();
    expect([main.isDecided(C), main.status(C)]).toEqual([true, Main]);
    first.endWait(wait);
    expect(first.executed(C, effect(1))).toBe(true);
    expect([main.status(C), [...seenBy(2, main).news()]]).toEqual([Main, []]);
    // A late arrival is nothing to the next one.
    main.isDecided(0);
    expect(first.claim()).toBe(B);
    const next = first.beginWait();
    first.endWait(wait);
    expect(main.status(B)).toBe(Waiting);
    first.endWait(next);
    expect(main.status(B)).toBe(Claimed);
    // Given up while it waits.
    first.beginWait();
    main.giveUpAll(1);
    expect(main.status(B)).toBe(GivenUp);
  });

  test("are given up if there is no room for their effect", () => {
    const { main, first, second } = laid(place(), place(), place());
    const large = "-".repeat(LOG_BYTES / 2);
    expect([first.claim(), first.executed(C, large)]).toEqual([C, true]);
    expect([first.claim(), first.executed(B, large)]).toEqual([B, false]);
    expect(main.status(B)).toBe(GivenUp);
    // It has a log of its own.
    expect([second.claim(), second.executed(A, large)]).toEqual([A, true]);
    main.settled(B, "-".repeat(LOG_BYTES));
    expect(main.status(B)).toBe(Settled);
    expect([...seenBy(2, main).news()].map(([at]) => at)).toEqual([C]);
    expect([...seenBy(1, main).news()].map(([at]) => at)).toEqual([A]);
  });
});

describe("effects", () => {
  test("are read by all other threads once", () => {
    const { main, first, second } = laid(place(), place());
    first.claim();
    expect([...second.news()]).toEqual([]);
    first.executed(B, effect(1, 2, 255));
    for (const thread of [main, second]) {
      expect([...thread.news()]).toEqual([[B, bytes(1, 2, 255)]]);
      expect([...thread.news()]).toEqual([]);
    }
    expect([...first.news()]).toEqual([]);
    expect(main.effect(B)).toEqual(bytes(1, 2, 255));
    main.settled(B, undefined);
    main.settled(A, effect(4));
    expect([...first.news()]).toEqual([[A, bytes(4)]]);
    expect([...main.news()]).toEqual([]);
  });

  test("of the main thread come after those that they replace", () => {
    const { main, first, second } = laid(place());
    second.claim();
    second.executed(A, effect(1));
    main.settled(A, effect());
    expect([...first.news()]).toEqual([
      [A, bytes(1)],
      [A, bytes()],
    ]);
  });

  test("are gone when the memory is used again", () => {
    const { main, first } = laid(place());
    first.claim();
    first.executed(A, effect(1));
    const again = begun([...LED, place(), place()], 2, main.buffer);
    expect(again.buffer).toBe(main.buffer);
    expect([statuses(again), [...again.news()], again.isOver]).toEqual([[Free, Free], [], false]);
  });

  test("need more memory with more threads", () => {
    const { buffer } = begun([place()]);
    expect(begun([place()], 3, buffer).buffer).not.toBe(buffer);
    expect(begun([place()], 1, buffer).buffer).toBe(buffer);
  });
});

describe("who waits", () => {
  test("for a place hears of one that is ready", async () => {
    const { first, second } = laid(place(), place([A]));
    expect(first.claim()).toBe(A);
    const { readiness } = second;
    expect(second.claim()).toBe("waits");
    const waiting = second.untilReady(readiness);
    first.executed(A, effect());
    await waiting;
    expect(second.claim()).toBe(B);
  });

  test("does not wait for what has been", async () => {
    const { main, first } = laid(place(), place([A]));
    const { readiness, endings } = main;
    first.claim();
    first.executed(A, effect());
    await Promise.all([first.untilReady(readiness), main.untilEnded(endings)]);
  });

  test("hears that the places are known, of the end, and of lost threads", async () => {
    const main = SharedTipset.begin({ count: A + 2, messageBytes: 100 }, 2, undefined, 0);
    const first = seenBy(1, main);
    const second = seenBy(2, main);
    const runs = first.untilRuns();
    const over = first.untilOver();
    main.run([...LED, place(), place([A])]);
    await runs;
    first.claim();
    const { endings } = main;
    const waiting = main.untilEnded(endings);
    main.giveUpAll(1);
    await waiting;
    const ready = second.untilReady(second.readiness);
    expect(first.isOver).toBe(false);
    main.end();
    await Promise.all([ready, over]);
    expect(second.isOver).toBe(true);
  });

  test("for places of a tipset that is given up hears of the end", async () => {
    const main = SharedTipset.begin({ count: 1, messageBytes: 0 }, 1, undefined, 0);
    const first = seenBy(1, main);
    const waiting = Promise.all([first.untilRuns(), first.untilOver()]);
    main.end();
    await waiting;
  });
});
