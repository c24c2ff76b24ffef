import { expect, test } from "vitest";
import { neverAborted } from "../../src/util/abort.js";
import { SharedWork } from "../../src/util/shared-work.js";

test("work is done once, and again after it has ended", async () => {
  const shared = new SharedWork<string, number>();
  let count = 0;
  const work = async () => ++count;
  expect(await Promise.all([shared.of("a", work), shared.of("a", work), shared.of("b", work)])).toEqual([
    1, 1, 2,
  ]);
  expect(await shared.of("a", work)).toBe(3);
});

test("work is given up when the last one has gone", async () => {
  const shared = new SharedWork<string, never>();
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signals.push(signal);
      signal.addEventListener("abort", () => reject(new Error("given up")));
    });
  const [one, other] = [new AbortController(), new AbortController()];
  const [first, second] = [shared.of("a", work, one.signal), shared.of("a", work, other.signal)];
  one.abort(new Error("first"));
  await expect(first).rejects.toThrow("first");
  expect(signals[0]?.aborted).toBe(false);
  other.abort(new Error("second"));
  await expect(second).rejects.toThrow("second");
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("work is not given up as long as the one waits who cannot go", async () => {
  const shared = new SharedWork<string, number>();
  let resolve = (_answer: number): void => undefined;
  const promise = new Promise<number>((done) => {
    resolve = done;
  });
  const aborted: boolean[] = [];
  const work = async (signal: AbortSignal) => {
    const answer = await promise;
    aborted.push(signal.aborted);
    return answer;
  };
  const other = new AbortController();
  const [first, second] = [shared.of("a", work), shared.of("a", work, other.signal)];
  other.abort(new Error("second"));
  await expect(second).rejects.toThrow("second");
  resolve(5);
  expect(await first).toBe(5);
  expect(aborted).toEqual([false]);
});

test("a signal that nobody aborts is the work's own", async () => {
  const shared = new SharedWork<string, AbortSignal>();
  expect(await shared.of("a", async (signal) => signal, neverAborted)).toBe(neverAborted);
  const { signal } = new AbortController();
  expect(await shared.of("a", async (own) => own, signal)).not.toBe(signal);
});

test("what fails, fails for all, and is begun anew", async () => {
  const shared = new SharedWork<string, number>();
  const failing = async () => {
    throw new Error("no");
  };
  const both = await Promise.allSettled([shared.of("a", failing), shared.of("a", failing)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await shared.of("a", async () => 1)).toBe(1);
});
