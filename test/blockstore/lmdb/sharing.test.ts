/** Threads and processes on one store, and what ends them. Runs the built package. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import { BATCH, blocksOf } from "./fixtures/writer.mjs";

const home = mkdtempSync(join(tmpdir(), "fvm-lmdb-"));
afterAll(() => rmSync(home, { recursive: true }));
const writer = new URL("./fixtures/writer.mjs", import.meta.url);

/** A writer that runs, and the number of batches that it has said are written. */
interface Running {
  readonly name: string;
  written(): number;
  /** Resolves when it has written so many. */
  until(count: number): Promise<void>;
  /** Ends it, wherever it is. */
  end(): Promise<unknown>;
}

function running(
  name: string,
  source: { on(name: "data", tell: (count: number) => void): unknown },
  end: () => Promise<unknown>,
): Running {
  let written = 0;
  let check = () => {};
  source.on("data", (count) => {
    written = count;
    check();
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      check = () => written >= count && resolve();
      check();
    });
  return { name, written: () => written, until, end };
}

function inThread(folder: string, name: string): Running {
  const worker = new Worker(writer, { workerData: { folder, name } });
  const source = { on: (_: "data", tell: (count: number) => void) => worker.on("message", tell) };
  return running(name, source, () => worker.terminate());
}

function inProcess(folder: string, name: string): Running {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(writer), folder, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (tell: (count: number) => void) =>
    child.stdout?.on("data", (text) => {
      const last = String(text).trim().split("\n").at(-1);
      tell(Number(last));
    });
  return running(name, { on: (_, tell) => lines(tell) }, () => {
    child.kill("SIGKILL");
    return once(child, "exit");
  });
}

/** All batches that a writer has said are written are there, and the one that it was at is there whole or not at all. */
async function checkWritten(folder: string, { name, written }: Running): Promise<void> {
  await using store = await LmdbBlockstore.open(folder);
  const counted = Number(Buffer.from(store.meta.get(`written ${name}`) ?? []).toString());
  expect(counted).toBeGreaterThanOrEqual(written());
  for (let batch = 0; batch <= counted; batch++) {
    const there = blocksOf(name, batch).filter(({ cid, data }) => {
      const found = store.get(cid);
      return found !== undefined && Buffer.compare(found, data) === 0;
    });
    expect(there.length).toBe(batch < counted ? BATCH : 0);
  }
}

test("threads and processes write at the same time, and each sees what the others have written", async () => {
  const folder = join(home, "shared");
  const writers = [
    ...["a", "b"].map((name) => inThread(folder, name)),
    ...["c", "d"].map((name) => inProcess(folder, name)),
  ];
  await using store = await LmdbBlockstore.open(folder);
  for (const each of writers) {
    await each.until(5);
    // Without a turn of the event loop in which lmdb could look again.
    for (const { cid, data } of blocksOf(each.name, each.written() - 1))
      expect(store.get(cid)).toEqual(new Uint8Array(data));
  }
  await store.putMany(blocksOf("own", 0));
  await Promise.all(writers.map((each) => each.end()));
  for (const each of writers) await checkWritten(folder, each);
});

test.each([
  ["a process that is killed", inProcess, 6],
  ["a thread that is terminated", inThread, 12],
])("%s loses nothing that it has said is written, and holds nobody up", async (_, start, rounds) => {
  const folder = join(home, `ended ${rounds}`);
  for (let round = 0; round < rounds; round++) {
    const each = start(folder, `writer ${round}`);
    await each.until(1 + (round % 4));
    await new Promise((resolve) => setTimeout(resolve, round));
    await each.end();
    await checkWritten(folder, each);
    await using store = await LmdbBlockstore.open(folder);
    await store.putMany(blocksOf("other", round));
  }
});

test.skipIf(process.platform !== "linux")(
  "a file that cannot grow: an error, and nothing is lost",
  async () => {
    const folder = join(home, "limited");
    // The signal that comes with the limit would end the process.
    const command = `trap '' XFSZ; ulimit -f 4000; exec "$0" "$@" 2>/dev/null`;
    const node = [process.execPath, fileURLToPath(writer), folder, "limited", "2000"];
    let answer = "";
    try {
      execFileSync("bash", ["-c", command, ...node], { encoding: "utf8" });
    } catch (error) {
      answer = (error as { stdout: string }).stdout;
    }
    const lines = answer.trim().split("\n");
    expect(lines.at(-1)).toMatch(
      /^STORE_FAILED STORE_FAILED .*operation: 'write', reason: 'Input\/output error' }$/,
    );
    const written = Number(lines.at(-2));
    await using store = await LmdbBlockstore.open(folder);
    expect(Buffer.from(store.meta.get("written limited") ?? []).toString()).toBe(String(written));
    for (const { cid } of blocksOf("limited", written - 1, 2000)) expect(store.has(cid)).toBe(true);
    for (const { cid } of blocksOf("limited", written, 2000)) expect(store.has(cid)).toBe(false);
  },
);
