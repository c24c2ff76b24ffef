/** A thread that is asked many things at the same time. Its script runs the built package. */
import { afterEach, describe, expect, test } from "vitest";
import { ServiceThread } from "../../src/threads/service-thread.js";

type Task = readonly [deed: string, argument?: unknown];

const threads: ServiceThread<Task, unknown>[] = [];
afterEach(async () => {
  await Promise.allSettled(threads.splice(0).map((thread) => thread.close()));
});

function makeThread(data: object = {}): ServiceThread<Task, unknown> {
  const script = new URL("./fixtures/script.mjs", import.meta.url);
  const thread = new ServiceThread<Task, unknown>({ script, data });
  threads.push(thread);
  return thread;
}

describe("answers", () => {
  test("come when they are ready, each to who has asked", async () => {
    const thread = makeThread();
    const order: unknown[] = [];
    const ask = (task: Task) => thread.ask(task).then((value) => order.push(value ?? "late"));
    await Promise.all([ask(["wait", 50]), ask(["echo", 1]), ask(["echo", 2])]);
    expect(order).toEqual([1, 2, "late"]);
  });

  test("share memory", async () => {
    const memory = new SharedArrayBuffer(4);
    const echoed = (await makeThread().ask(["echo", memory])) as SharedArrayBuffer;
    new Uint8Array(memory)[0] = 7;
    expect(new Uint8Array(echoed)[0]).toBe(7);
  });

  test("come to those whose question was asked beside one that cannot be cloned", async () => {
    const thread = makeThread();
    const asked = [thread.ask(["echo", 1]), thread.ask(["echo", () => 2]), thread.ask(["echo", 3])];
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    await expect(asked[1]).rejects.toThrow("could not be cloned");
    expect(await asked[2]).toBe(3);
  });

  test("come to those who asked beside one whose answer cannot be cloned", async () => {
    const thread = makeThread();
    const [one, none, other] = [thread.ask(["echo", 1]), thread.ask(["noClone"]), thread.ask(["echo", 3])];
    await expect(none).rejects.toThrow("could not be cloned");
    expect([await one, await other]).toEqual([1, 3]);
  });

  test("come to who asked just before the thread was closed", async () => {
    const thread = makeThread();
    const answer = thread.ask(["echo", 1]);
    await thread.close();
    expect(await answer).toBe(1);
  });

  test("may be errors, and the thread goes on", async () => {
    const thread = makeThread();
    await expect(thread.ask(["misuse"])).rejects.toMatchObject({ code: "INVALID_TIPSET" });
    await expect(thread.ask(["noClone"])).rejects.toThrow("could not be cloned");
    expect(await thread.ask(["echo", 1])).toBe(1);
  });
});

describe("a thread that ends", () => {
  test("is told to all who wait, and to those who ask later", async () => {
    const thread = makeThread();
    const waiting = [thread.ask(["wait", 10_000]), thread.ask(["exit", 3])];
    const lost = { code: "WORKER_LOST", details: { text: "exit code 3" } };
    for (const answer of waiting) await expect(answer).rejects.toMatchObject(lost);
    await expect(thread.ask(["echo"])).rejects.toMatchObject(lost);
    await thread.close();
  });

  test("by what nobody catches tells that", async () => {
    const lost = { code: "WORKER_LOST", details: { text: "RangeError: nobody catches it" } };
    await expect(makeThread().ask(["uncaught"])).rejects.toMatchObject(lost);
  });

  test("before it has begun fails whoever asks", async () => {
    const thread = makeThread({ failStart: "no" });
    for (let i = 0; i < 2; i++) {
      await expect(thread.ask(["echo"])).rejects.toMatchObject({ code: "INVALID_OPTION" });
    }
  });
});

describe("closing", () => {
  test("lets the thread close what it has, once", async () => {
    const closed = new Int32Array(new SharedArrayBuffer(8));
    const thread = makeThread({ closing: "slowly", closed });
    await thread.ask(["echo"]);
    await Promise.all([thread.close(), thread.close()]);
    expect([...closed]).toEqual([1, 1]);
    await expect(thread.ask(["echo"])).rejects.toMatchObject({ code: "POOL_CLOSED" });
  });

  test("ends what still runs", async () => {
    const thread = makeThread();
    const waiting = thread.ask(["wait", 100_000]);
    waiting.catch(() => undefined);
    await thread.close();
    await expect(waiting).rejects.toMatchObject({ code: "POOL_CLOSED" });
  });

  test("starts nothing", async () => {
    await makeThread({ exitStart: 1 }).close();
  });

  test("rejects with what it fails with", async () => {
    const thread = makeThread({ closing: "badly" });
    await thread.ask(["echo"]);
    await expect(thread.close()).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});
