/** Threads that work, fail, crash and are given up. Their script runs the built package. */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { FvmError, HostFault } from "../../src/errors.js";
import { ThreadPool, type ThreadPoolOptions } from "../../src/threads/thread-pool.js";

type Task = readonly [deed: string, argument?: unknown];

const pools: ThreadPool<Task, unknown>[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.terminate()));
});

function makePool(threads: number, options: Partial<ThreadPoolOptions> = {}): ThreadPool<Task, unknown> {
  const script = new URL("./fixtures/script.mjs", import.meta.url);
  const pool = new ThreadPool<Task, unknown>({ script, threads, data: {}, ...options });
  pools.push(pool);
  return pool;
}

const run = (pool: ThreadPool<Task, unknown>, deed: string, argument?: unknown, signal?: AbortSignal) =>
  pool.run([deed, argument], "run", signal);

const failure = (promise: Promise<unknown>): Promise<Error & Record<string, unknown>> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error) => error,
  );

describe("tasks", () => {
  test("are done by all threads, each by one", async () => {
    const pool = makePool(2);
    const values = [1, "two", 3n, new Uint8Array([4]), undefined];
    expect(await Promise.all(values.map((value) => run(pool, "echo", value)))).toEqual(values);
    const [first, second] = await Promise.all([run(pool, "thread"), run(pool, "thread")]);
    expect(first).not.toBe(second);
  });

  test("wait for their turn, and are counted", async () => {
    const pool = makePool(1);
    const order: number[] = [];
    const tasks = [1, 2, 3].map((n) => run(pool, "echo", n).then(() => order.push(n)));
    expect([pool.running, pool.queued]).toEqual([1, 2]);
    await Promise.all(tasks);
    expect(order).toEqual([1, 2, 3]);
    expect([pool.running, pool.queued]).toEqual([0, 0]);
  });

  test("that cannot be cloned are refused, and so are such answers", async () => {
    const pool = makePool(1);
    expect((await failure(run(pool, "echo", () => 1))).name).toBe("DataCloneError");
    expect((await failure(run(pool, "noClone"))).message).toContain("could not be cloned");
    expect(await run(pool, "echo", "fine")).toBe("fine");
  });
});

describe("errors come as what they are", () => {
  test("FvmError, with its facts and causes", async () => {
    const error = await failure(run(makePool(1), "misuse"));
    expect(error).toBeInstanceOf(FvmError);
    expect(error).toMatchObject({
      code: "INVALID_TIPSET",
      details: { epoch: 7, reason: "a test" },
      message: "INVALID_TIPSET { epoch: 7, reason: 'a test' }",
      cause: { name: "TypeError", message: "wrong", cause: "reason" },
    });
    expect(error.stack).toContain("script.mjs");
  });

  test("HostFault", async () => {
    const error = await failure(run(makePool(1), "fault"));
    expect(error).toBeInstanceOf(HostFault);
    expect(error).toMatchObject({ code: "BLOCK_NOT_FOUND", details: { cid: "bafy" } });
  });

  test("facts that cannot be cloned are text", async () => {
    const { details } = await failure(run(makePool(1), "odd"));
    expect(details).toEqual({ version: expect.stringContaining("Function"), supported: "none" });
  });

  test("others", async () => {
    const pool = makePool(1);
    expect(await failure(run(pool, "system"))).toMatchObject({ message: "no such file", code: "ENOENT" });
    expect(await failure(run(pool, "text"))).toBe("just a text");
    expect(await failure(run(pool, "circle"))).toMatchObject({ message: "its own cause" });
  });
});

describe("a thread that is lost fails its task only", () => {
  test.each([
    ["exit", 0, "exit code 0"],
    ["exit", 3, "exit code 3"],
    ["uncaught", undefined, "RangeError: nobody catches it"],
  ])("%s %s", async (deed, argument, text) => {
    const pool = makePool(2);
    await pool.start();
    const others = Array.from({ length: 6 }, (_, n) => run(pool, "echo", n));
    const lost = failure(run(pool, deed, argument));
    const later = Array.from({ length: 6 }, (_, n) => run(pool, "echo", n));
    expect(await lost).toMatchObject({ name: "HostFault", code: "WORKER_LOST", details: { text } });
    expect(await Promise.all([...others, ...later])).toHaveLength(12);
  });

  test("out of memory", async () => {
    const pool = makePool(1, { resourceLimits: { maxOldGenerationSizeMb: 24 } });
    const lost = failure(run(pool, "memory"));
    const next = run(pool, "echo", 1);
    expect(await lost).toMatchObject({
      code: "WORKER_LOST",
      cause: { code: "ERR_WORKER_OUT_OF_MEMORY" },
    });
    expect(await next).toBe(1);
  });

  test("all of them, again and again", async () => {
    const pool = makePool(2);
    const lost = Array.from({ length: 8 }, () => failure(run(pool, "exit", 1)));
    for (const error of await Promise.all(lost)) expect(error).toMatchObject({ code: "WORKER_LOST" });
    expect(await run(pool, "echo", 1)).toBe(1);
  });

  test("between two tasks: a warning, and the next task has another thread", async () => {
    const pool = makePool(1);
    await run(pool, "later");
    const [warning] = await once(process, "warning");
    expect(warning.message).toBe("a worker thread ended between two tasks: RangeError: after the answer");
    expect(await run(pool, "echo", 1)).toBe(1);
  });
});

describe("a start that fails", () => {
  test("fails with what was thrown, for each task anew", async () => {
    const pool = makePool(2, { data: { failStart: "broken" } });
    const refused = { code: "INVALID_OPTION", details: { option: "data", reason: "broken" } };
    expect(await failure(pool.start())).toMatchObject(refused);
    const tasks = [1, 2, 3].map((n) => failure(run(pool, "echo", n)));
    for (const error of await Promise.all(tasks)) expect(error).toMatchObject(refused);
  });

  test("because the thread ends", async () => {
    expect(await failure(makePool(1, { data: { exitStart: 9 } }).start())).toMatchObject({
      code: "WORKER_LOST",
      details: { text: "exit code 9" },
    });
  });

  test("because there is no such script", async () => {
    const script = new URL("./fixtures/absent.mjs", import.meta.url);
    expect(await failure(makePool(1, { script }).start())).toMatchObject({
      code: "WORKER_LOST",
      cause: { message: expect.stringContaining("Cannot find module") },
    });
  });

  test("because its data cannot be cloned", async () => {
    expect((await failure(makePool(1, { data: () => 1 }).start())).name).toBe("DataCloneError");
  });
});

describe("abort", () => {
  test("of a task that waits", async () => {
    const pool = makePool(1);
    const abort = new AbortController();
    const running = run(pool, "wait", 50);
    const waiting = failure(run(pool, "exit", 1, abort.signal));
    abort.abort(new Error("no need"));
    expect(await waiting).toMatchObject({ message: "no need" });
    expect(pool.queued).toBe(0);
    await running;
  });

  test("of a task that runs, for good; others are not touched", async () => {
    const pool = makePool(2);
    await pool.start();
    const abort = new AbortController();
    const spinning = failure(run(pool, "spin", undefined, abort.signal));
    const other = run(pool, "wait", 100).then(() => "done");
    const waiting = run(pool, "echo", "next");
    await wait(20);
    abort.abort();
    expect(await spinning).toMatchObject({ name: "AbortError" });
    expect(await Promise.all([other, waiting])).toEqual(["done", "next"]);
  });

  test("before a replaced thread is ready, and then crashes: none is lost", async () => {
    const pool = makePool(2);
    for (let round = 0; round < 5; round++) {
      const aborts = [1, 2, 3].map(() => new AbortController());
      const given = aborts.map(({ signal }) => failure(run(pool, "spin", undefined, signal)));
      for (const abort of aborts) {
        abort.abort();
        await wait(round * 5);
      }
      await Promise.all(given);
      const crashed = [1, 2].map(() => failure(run(pool, "exit", 1)));
      expect(await Promise.all([1, 2, 3].map((n) => run(pool, "echo", n)))).toEqual([1, 2, 3]);
      await Promise.all(crashed);
    }
  });

  test("before it is given", async () => {
    const pool = makePool(1);
    const reason = new Error("too late");
    expect(await failure(run(pool, "echo", 1, AbortSignal.abort(reason)))).toBe(reason);
    expect(pool.running).toBe(0);
  });

  test("leaves no listeners behind", async () => {
    const pool = makePool(1);
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, args);
    };
    await run(pool, "echo", 1, signal);
    await failure(run(pool, "fault", undefined, signal));
    expect(listeners).toBe(0);
  });
});

describe("close", () => {
  test("finishes what runs, refuses what waits and what comes", async () => {
    const pool = makePool(1);
    const running = run(pool, "wait", 50).then(() => "done");
    const waiting = failure(run(pool, "echo", 1));
    const closed = pool.close();
    expect(await failure(run(pool, "echo", 2))).toMatchObject({
      name: "FvmError",
      code: "POOL_CLOSED",
      details: { operation: "run" },
    });
    expect(await waiting).toMatchObject({ code: "POOL_CLOSED", details: { operation: "close" } });
    expect(await running).toBe("done");
    await closed;
    await pool.close();
  });

  test("of a pool that never had a thread", async () => {
    await makePool(2).close();
  });

  describe("closes what threads have", () => {
    /** How many have begun to close, and how many are done. */
    const counters = () => new Int32Array(new SharedArrayBuffer(8));

    test.each(["well", "slowly"])("%s, once, after the last task", async (closing) => {
      const closed = counters();
      const pool = makePool(3, { data: { closing, closed } });
      await pool.start();
      const running = run(pool, "wait", 30).then(() => [...closed]);
      await Promise.all([pool.close(), pool.close()]);
      expect(await running).toEqual([0, 0]);
      expect([...closed]).toEqual([3, 3]);
      await pool.close();
      expect([...closed]).toEqual([3, 3]);
    });

    test("and tells how that failed, when all have ended", async () => {
      const closed = counters();
      const pool = makePool(2, { data: { closing: "badly", closed } });
      await pool.start();
      const closings = [pool.close(), pool.close()].map(failure);
      for (const error of await Promise.all(closings)) {
        expect(error).toBeInstanceOf(FvmError);
        expect(error).toMatchObject({
          code: "STORE_CLOSED",
          details: { operation: "close", store: "a test" },
        });
      }
      expect([...closed]).toEqual([2, 0]);
      expect(pool.running).toBe(0);
    });

    test("or that its thread ended meanwhile", async () => {
      const pool = makePool(1, { data: { closing: "exiting" } });
      await pool.start();
      expect(await failure(pool.close())).toMatchObject({
        code: "WORKER_LOST",
        details: { text: "exit code 7" },
      });
    });

    test("until its signal ends that; whoever closed it, too, hears of it", async () => {
      const closed = counters();
      const pool = makePool(2, { data: { closing: "never", closed } });
      await pool.start();
      const first = failure(pool.close());
      const abort = new AbortController();
      const second = failure(pool.close(abort.signal));
      while (closed[0] !== 2) await wait(1);
      abort.abort(new Error("long enough"));
      expect(await second).toMatchObject({ message: "long enough" });
      expect(await first).toMatchObject({ code: "POOL_CLOSED", details: { operation: "terminate" } });
      expect([...closed]).toEqual([2, 0]);
    });

    test("not if its signal ends the tasks before", async () => {
      const closed = counters();
      const pool = makePool(2, { data: { closed } });
      await pool.start();
      const spinning = failure(run(pool, "spin"));
      const first = failure(pool.close());
      const reason = new Error("at once");
      expect(await failure(pool.close(AbortSignal.abort(reason)))).toBe(reason);
      for (const error of [await spinning, await first]) {
        expect(error).toMatchObject({ code: "POOL_CLOSED", details: { operation: "terminate" } });
      }
      expect([...closed]).toEqual([0, 0]);
    });
  });

  test("is not held up by a task that is aborted", async () => {
    const pool = makePool(1);
    await pool.start();
    const abort = new AbortController();
    const spinning = failure(run(pool, "spin", undefined, abort.signal));
    const closed = pool.close();
    abort.abort();
    expect(await spinning).toMatchObject({ name: "AbortError" });
    await closed;
  });
});
