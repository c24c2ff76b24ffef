import { getEventListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { neverAborted, onAbort } from "../../src/util/abort.js";
import { finish, Turns, unlessAborted } from "../../src/util/waits.js";

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;
const never = new Promise<never>(() => {});

const warnings: Error[] = [];
const note = (warning: Error) => warnings.push(warning);
process.on("warning", note);
afterEach(() => expect(warnings).toEqual([]));

describe("all that wait for a signal", () => {
  test("share one listener, which goes with the last of them", () => {
    const { signal } = new AbortController();
    const forget = Array.from({ length: 100 }, () => onAbort(signal, () => undefined));
    expect(listeners(signal)).toBe(1);
    for (const act of forget.slice(1)) act();
    expect(listeners(signal)).toBe(1);
    forget[0]?.();
    forget[0]?.();
    expect(listeners(signal)).toBe(0);
    onAbort(signal, () => undefined)();
    expect(listeners(signal)).toBe(0);
  });

  test("hear of it once, but for those that have gone", () => {
    const controller = new AbortController();
    const heard: number[] = [];
    const forget = [1, 2, 3].map((n) => onAbort(controller.signal, () => heard.push(n)));
    forget[1]?.();
    controller.abort();
    controller.abort();
    expect(heard).toEqual([1, 3]);
    expect(listeners(controller.signal)).toBe(0);
    for (const act of forget) act();
  });

  test("one callback counts as often as it was given", () => {
    const controller = new AbortController();
    let heard = 0;
    const callback = () => heard++;
    onAbort(controller.signal, callback);
    onAbort(controller.signal, callback);
    controller.abort();
    expect(heard).toBe(2);
  });

  test("hear at once if it has been aborted", () => {
    let heard = 0;
    onAbort(AbortSignal.abort(), () => heard++)();
    expect(heard).toBe(1);
  });
});

describe("what is pending", () => {
  test("is what counts if it comes first, even if the signal is aborted later", async () => {
    const controller = new AbortController();
    expect(await unlessAborted(Promise.resolve(7), controller.signal)).toBe(7);
    expect(await unlessAborted(8, controller.signal)).toBe(8);
    await expect(unlessAborted(Promise.reject(new Error("no")), controller.signal)).rejects.toThrow("no");
    expect(listeners(controller.signal)).toBe(0);
  });

  test("is not waited for if it is here, and the signal comes before it", async () => {
    const { signal } = new AbortController();
    const waiting = unlessAborted(8, signal);
    expect(listeners(signal)).toBe(0);
    expect(await waiting).toBe(8);
    await expect(unlessAborted(8, AbortSignal.abort("gone"))).rejects.toBe("gone");
  });

  test("costs no listener if nobody will abort", async () => {
    const waiting = unlessAborted(
      wait(1).then(() => 7),
      neverAborted,
    );
    expect(listeners(neverAborted)).toBe(0);
    expect(await waiting).toBe(7);
  });

  test("is given up with the signal's reason, whatever that is", async () => {
    for (const reason of [undefined, "a text", new Error("an error")]) {
      const controller = new AbortController();
      const waiting = unlessAborted(never, controller.signal).catch((error) => ({ error }));
      controller.abort(reason);
      expect(await waiting).toEqual({ error: controller.signal.reason });
      expect(listeners(controller.signal)).toBe(0);
    }
  });

  test("may fail when nobody waits for it any more", async () => {
    const late = wait(10).then(() => {
      throw new Error("late");
    });
    await expect(unlessAborted(late, AbortSignal.abort("now"))).rejects.toBe("now");
    await wait(20);
  });

  test("of a thousand pieces of work with one signal", async () => {
    const { signal } = new AbortController();
    function* work() {
      yield wait(1).then(() => undefined);
      return 1;
    }
    await Promise.all(Array.from({ length: 1000 }, () => finish(work(), signal)));
    expect(listeners(signal)).toBe(0);
  });
});

test("work that never waits is ended by a timer", async () => {
  const turns = new Turns(AbortSignal.timeout(30));
  const end = performance.now() + 10_000;
  const work = async () => {
    while (performance.now() < end) await turns.next();
  };
  await expect(work()).rejects.toMatchObject({ name: "TimeoutError" });
});
