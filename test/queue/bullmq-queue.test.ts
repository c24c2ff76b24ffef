/** A queue of BullMQ on a real server. Runs the built package: the version of the code is that of all its files. */
import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type * as Built from "../../src/queue/index.js";
import type { JobEnd, JobQueue } from "../../src/queue/job-queue.js";
import { hasRedis, RedisServer } from "../support/redis.js";
import { skipLoudly } from "../support/skip.js";

const { openQueue } = (await import(
  new URL("../../dist/queue/index.js", import.meta.url).href
)) as typeof Built;
const LEASE = 300;

if (!hasRedis) skipLoudly("a queue of BullMQ: no redis-server");

describe.skipIf(!hasRedis)("a queue of BullMQ", () => {
  let server: RedisServer;
  const queues: JobQueue[] = [];
  const stops: AbortController[] = [];

  beforeEach(async () => {
    server = await RedisServer.start();
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    for (const queue of queues.splice(0)) await queue.close();
    await server.kill();
  });

  async function open(options: Built.QueueOptions = {}): Promise<JobQueue> {
    const queue = await openQueue(server.url, { leaseMs: LEASE, retryMs: 1, tries: 3, ...options });
    queues.push(queue);
    return queue;
  }

  /** @returns how it ends */
  function work(queue: JobQueue, perform: (data: unknown, signal: AbortSignal) => Promise<unknown>) {
    const stop = new AbortController();
    stops.push(stop);
    const working = queue.work({ slots: 1, perform, signal: stop.signal });
    return () => {
      stop.abort();
      return working;
    };
  }

  async function endOf(queue: JobQueue, key: string): Promise<JobEnd> {
    for (let left = 1000; left > 0; left--) {
      const end = (await queue.ended([key])).get(key);
      if (end !== undefined) return end;
      await setTimeout(10);
    }
    throw new Error(`${key} does not end`);
  }

  const job = (key: string, data: unknown = {}) => ({ key, title: key, data });

  test("keeps values that JSON does not have", async () => {
    const queue = await open();
    const data = {
      big: 2n ** 70n,
      bytes: Uint8Array.of(1, 2),
      map: new Map([[1n, "\u0000ÿ"]]),
      none: undefined,
    };
    work(queue, async (given) => ({ given }));
    await queue.add([job("a", data)]);
    expect(await endOf(queue, "a")).toEqual({ kind: "done", value: { given: data } });
  });

  test("does a job once, however often it is added", async () => {
    const queue = await open();
    let times = 0;
    await queue.add([job("a"), job("a"), job("b")]);
    work(queue, async () => ++times);
    await endOf(queue, "b");
    await queue.add([job("a")]);
    await endOf(queue, "a");
    expect(times).toBe(2);
    expect([...(await queue.keys())].sort()).toEqual(["a", "b"]);
    await queue.forget(["a"]);
    expect(await queue.keys()).toEqual(["b"]);
  });

  test("a job that takes longer than the lease stays with its worker", async () => {
    const [one, other] = [await open(), await open()];
    const taken: string[] = [];
    const perform = (name: string) => async () => {
      taken.push(name);
      await setTimeout(LEASE * 4);
      return name;
    };
    await one.add([job("a")]);
    work(one, perform("one"));
    work(other, perform("other"));
    const end = await endOf(one, "a");
    expect(taken).toEqual([(end as { value: string }).value]);
  });

  test("a job that fails is tried again, and left aside with its last reason", async () => {
    const queue = await open();
    let times = 0;
    work(queue, async () => {
      throw new Error(`time ${++times}`, { cause: new Error("the store") });
    });
    await queue.add([job("a")]);
    const reason = "time 3, because: the store";
    expect(await endOf(queue, "a")).toEqual({ kind: "failed", reason, tries: 3 });
  });

  test("what a worker that stops has had at hand goes back, and counts as no try", async () => {
    const queue = await open({ tries: 1 });
    await queue.add([job("a")]);
    for (let i = 0; i < 3; i++) {
      let begun = (): void => undefined;
      const isBegun = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const end = work(queue, (_, signal) => {
        begun();
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      });
      await isBegun;
      await end();
    }
    work(queue, async () => "done");
    expect(await endOf(queue, "a")).toEqual({ kind: "done", value: "done" });
  });

  test("a job whose workers are killed is left aside after so many", async () => {
    const queue = await open({ tries: 2 });
    await queue.add([job("a")]);
    const script = fileURLToPath(new URL("fixtures/dying-worker.mjs", import.meta.url));
    for (let i = 0; i < 2; i++) {
      const { signal } = spawnSync(process.execPath, [script, server.url, String(LEASE)]);
      expect(signal).toBe("SIGKILL");
    }
    let times = 0;
    work(queue, async () => ++times);
    const reason = "its worker ended 2 times";
    expect(await endOf(queue, "a")).toMatchObject({ kind: "failed", reason });
    expect(times).toBe(0);
  });

  test("a server that is killed and comes again has lost nothing", async () => {
    const notes: string[] = [];
    const queue = await open({ onNote: (text) => notes.push(text) });
    await queue.share("part", Uint8Array.of(1, 2, 3));
    await queue.add([job("a"), job("b")]);
    const end = work(queue, async () => "done");
    await endOf(queue, "a");
    await endOf(queue, "b");
    await queue.add([job("c")]);
    await endOf(queue, "c");
    await end();
    await queue.add([job("d")]);
    await server.kill();
    await setTimeout(100);
    await server.start();
    expect([...(await queue.keys())].sort()).toEqual(["a", "b", "c", "d"]);
    expect(await queue.shared("part")).toEqual(Buffer.of(1, 2, 3));
    expect(await endOf(queue, "a")).toEqual({ kind: "done", value: "done" });
    work(queue, async () => "after");
    expect(await endOf(queue, "d")).toEqual({ kind: "done", value: "after" });
    expect(notes).toEqual([
      expect.stringContaining(`${server.url} is not reached`),
      `${server.url} is reached again`,
    ]);
  });

  test("a worker goes on when the server comes again", async () => {
    const queue = await open();
    work(queue, async () => "done");
    await queue.add([job("a")]);
    await endOf(queue, "a");
    await server.kill();
    await setTimeout(200);
    await server.start();
    await queue.add([job("b")]);
    expect(await endOf(queue, "b")).toEqual({ kind: "done", value: "done" });
  });

  test("a server that keeps nothing is told of", async () => {
    await using forgetful = await RedisServer.start({ forgets: true });
    const notes: string[] = [];
    const queue = await openQueue(forgetful.url, { onNote: (text) => notes.push(text) });
    await queue.close();
    expect(notes).toEqual([expect.stringContaining("appendonly no")]);
  });

  test("knows who is there, and queues of other names do not", async () => {
    const [queue, other] = [await open(), await open({ name: "other" })];
    const member = { name: "a", role: "worker", code: "1", slots: 2 } as const;
    await queue.announce(member);
    expect(await queue.members()).toEqual([member]);
    expect(await other.members()).toEqual([]);
  });

  test.each([{ name: "a:b" }, { name: "" }, { tries: 0 }, { leaseMs: 0 }, { lease: 1 }])(
    "refuses %o",
    async (options) => {
      await expect(openQueue(server.url, options as object)).rejects.toMatchObject({
        code: "INVALID_OPTION",
      });
    },
  );
});
