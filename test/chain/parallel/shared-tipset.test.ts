import { describe, expect, test } from "vitest";
import { LOG_BYTES } from "../../../src/chain/parallel/effect-logs.js";
import {
  MAX_PREDECESSORS,
  PlaceStatus,
  type PlannedPlace,
  SharedTipset,
} from "../../../src/chain/parallel/shared-tipset.js";

const { Free, Claimed, Executed, GivenUp, Main, Settled, Waiting } = PlaceStatus;

function place(predecessors: readonly number[] = [], change: Partial<PlannedPlace> = {}): PlannedPlace {
  return { message: Uint8Array.of(7), rawLength: 3, predecessors, ...change };
}

function laid(...places: PlannedPlace[]): { main: SharedTipset; first: SharedTipset; second: SharedTipset } {
  const main = SharedTipset.lay(places, 2);
  return { main, first: new SharedTipset(main.buffer, 1), second: new SharedTipset(main.buffer, 2) };
}

const statuses = (tipset: SharedTipset) => Array.from({ length: tipset.count }, (_, at) => tipset.status(at));
const effect = (...bytes: number[]) => Uint8Array.from(bytes);

describe("places", () => {
  test("carry their messages", () => {
    const { first } = laid(place(), place([], { message: Uint8Array.of(1, 2, 3), rawLength: 99 }));
    expect([first.message(0), first.rawLength(0)]).toEqual([Uint8Array.of(7), 3]);
    expect([first.message(1), first.rawLength(1)]).toEqual([Uint8Array.of(1, 2, 3), 99]);
    expect(first.message(1).buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("are for the main thread without a message, with too many predecessors, and with no usual length", () => {
    const before = Array.from({ length: MAX_PREDECESSORS + 1 }, () => place());
    const all = before.map((_, at) => at);
    const { main, first } = laid(
      ...before,
      place([], { message: undefined }),
      place(all),
      place(all.slice(1)),
      place([], { rawLength: 2 ** 31 }),
    );
    expect(statuses(main).slice(before.length)).toEqual([Main, Main, Free, Main]);
    expect(main.isDecided(before.length)).toBe(true);
    for (const at of all) {
      expect(first.claim()).toBe(at);
      first.giveUp(at);
    }
    expect(first.claim()).toBe("waits");
    for (const at of all) main.settled(at, undefined);
    expect(first.claim()).toBe(before.length + 2);
    expect(first.claim()).toBe("none");
  });

  test("are claimed by one thread, once their predecessors have been executed or settled", () => {
    const { main, first, second } = laid(place(), place([0]), place([0]), place());
    expect(first.claim()).toBe(0);
    expect(second.claim()).toBe(3);
    expect(second.claim()).toBe("waits");
    expect(first.executed(0, effect(1))).toBe(true);
    expect([second.claim(), first.claim(), first.claim()]).toEqual([1, 2, "none"]);
    expect(statuses(main)).toEqual([Executed, Claimed, Claimed, Claimed]);
    main.settled(0, undefined);
    expect(main.status(0)).toBe(Settled);
  });

  test("may be chosen, and begun too early", () => {
    const { first } = laid(place(), place([0]), place([0]));
    expect(first.claim((at) => at > 0)).toBe("waits");
    expect(
      first.claim(
        (at) => at > 0,
        (at) => at === 2,
      ),
    ).toBe(2);
  });

  test("that a thread has ended with are nobody else's", () => {
    const { main, first, second } = laid(place(), place(), place());
    for (const thread of [first, second, first]) thread.claim();
    first.executed(0, effect(1));
    main.giveUpAll(1);
    expect(statuses(main)).toEqual([Executed, Claimed, GivenUp]);
    // It is still there, only slow.
    first.executed(2, effect(2));
    expect(main.status(2)).toBe(GivenUp);
    second.giveUp(1);
    expect(statuses(main)).toEqual([Executed, GivenUp, GivenUp]);
  });

  test("are the main thread's at their turn, unless another one is at work", () => {
    const { main, first } = laid(place(), place());
    expect(first.claim()).toBe(0);
    expect(main.isDecided(0)).toBe(false);
    expect(main.isDecided(1)).toBe(true);
    expect(first.claim()).toBe("none");
    first.giveUp(0);
    expect(main.isDecided(0)).toBe(true);
    expect(statuses(main)).toEqual([GivenUp, Main]);
  });

  test("are lost by a thread that waits", async () => {
    const { main, first } = laid(place(), place(), place());
    expect(first.claim()).toBe(0);
    const { endings } = main;
    const waits = [first.beginWait(), first.beginWait()];
    await main.untilEnded(endings);
    first.endWait(waits[0] as number);
    expect(main.status(0)).toBe(Waiting);
    first.endWait(waits[1] as number);
    expect([main.status(0), main.isDecided(0)]).toEqual([Claimed, false]);
    const wait = first.beginWait();
    expect([main.isDecided(0), main.status(0)]).toEqual([true, Main]);
    first.endWait(wait);
    expect(first.executed(0, effect(1))).toBe(true);
    expect([main.status(0), [...main.news()]]).toEqual([Main, []]);
    // A late arrival is nothing to the next one.
    expect(first.claim()).toBe(1);
    const next = first.beginWait();
    first.endWait(wait);
    expect(main.status(1)).toBe(Waiting);
    first.endWait(next);
    expect(main.status(1)).toBe(Claimed);
    // Given up while it waits.
    first.beginWait();
    main.giveUpAll(1);
    expect(main.status(1)).toBe(GivenUp);
  });

  test("are given up if there is no room for their effect", () => {
    const { main, first, second } = laid(place(), place(), place());
    const large = new Uint8Array(LOG_BYTES / 2);
    expect([first.claim(), first.executed(0, large)]).toEqual([0, true]);
    expect([first.claim(), first.executed(1, large)]).toEqual([1, false]);
    expect(main.status(1)).toBe(GivenUp);
    // It has a log of its own.
    expect([second.claim(), second.executed(2, large)]).toEqual([2, true]);
    main.settled(1, new Uint8Array(LOG_BYTES));
    expect(main.status(1)).toBe(Settled);
    expect([...second.news()].map(([at]) => at)).toEqual([0, 2]);
  });
});

describe("effects", () => {
  test("are read by all threads once", () => {
    const { main, first, second } = laid(place(), place());
    first.claim();
    expect([...second.news()]).toEqual([]);
    first.executed(0, effect(1, 2, 3));
    for (const thread of [main, first, second]) {
      expect([...thread.news()]).toEqual([[0, effect(1, 2, 3)]]);
      expect([...thread.news()]).toEqual([]);
    }
    expect(main.effect(0)).toEqual(effect(1, 2, 3));
    main.settled(0, undefined);
    main.settled(1, effect(4));
    expect([...first.news()]).toEqual([[1, effect(4)]]);
  });

  test("of the main thread come after those that they replace", () => {
    const { main, first, second } = laid(place());
    second.claim();
    second.executed(0, effect(1));
    main.settled(0, effect());
    expect([...first.news()]).toEqual([
      [0, effect(1)],
      [0, effect()],
    ]);
  });

  test("do not change when the memory is used again", () => {
    const { main, first } = laid(place());
    first.claim();
    first.executed(0, effect(1));
    const [[, found] = []] = first.news();
    const kept = main.effect(0);
    const again = SharedTipset.lay([place(), place()], 2, main.buffer);
    expect(again.buffer).toBe(main.buffer);
    expect([statuses(again), [...again.news()], again.isOver]).toEqual([[Free, Free], [], false]);
    again.settled(0, effect(9));
    expect([found, kept]).toEqual([effect(1), effect(1)]);
  });

  test("need more memory with more threads", () => {
    const { main } = laid(place());
    expect(SharedTipset.lay([place()], 3, main.buffer).buffer).not.toBe(main.buffer);
    expect(SharedTipset.lay([place()], 1, main.buffer).buffer).toBe(main.buffer);
  });
});

describe("who waits", () => {
  test("for a place hears of one that is ready", async () => {
    const { first, second } = laid(place(), place([0]));
    first.claim();
    const { readiness } = second;
    expect(second.claim()).toBe("waits");
    const waiting = second.untilReady(readiness);
    first.executed(0, effect());
    await waiting;
    expect(second.claim()).toBe(1);
  });

  test("does not wait for what has been", async () => {
    const { main, first } = laid(place());
    const { readiness, endings } = main;
    first.claim();
    first.executed(0, effect());
    await Promise.all([first.untilReady(readiness), main.untilEnded(endings)]);
  });

  test("hears of the end, and of lost threads", async () => {
    const { main, first, second } = laid(place(), place([0]));
    first.claim();
    const { endings } = main;
    const waiting = main.untilEnded(endings);
    main.giveUpAll(1);
    await waiting;
    const over = second.untilReady(second.readiness);
    main.end();
    await over;
    expect(second.isOver).toBe(true);
  });
});
