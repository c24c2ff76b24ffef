/** `fvm chain validate --queue` and `fvm worker` on a real server. They run the built package, whose threads are files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LmdbBlockstore } from "../../src/blockstore/lmdb/lmdb-blockstore.js";
import { firstHeader } from "../../src/chain/history/chain-tipset.js";
import { ChainStore } from "../../src/chain/store/chain-store.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { BlockServer } from "../support/block-server.js";
import { temporaryFolder } from "../support/chain-folder.js";
import { canQueue, chainFolder, copyOf, Running, run } from "../support/queue-chain.js";
import { RedisServer } from "../support/redis.js";
import { KEY, S3Server } from "../support/s3-server.js";

const TIPSETS = 24;
const SLOW = { timeout: 120_000 };

describe.skipIf(!canQueue("validation by workers of a queue"))("by workers of a queue", () => {
  let data: string;
  let alone: string;
  let server: RedisServer;
  const running: Running[] = [];

  beforeAll(async () => {
    data = await chainFolder(TIPSETS);
    const { status, answer, notes } = run("chain", "validate", "--data", copyOf(data), "--json");
    if (status !== 0) throw new Error(notes);
    alone = answer;
  }, 120_000);

  beforeEach(async () => {
    server = await RedisServer.start();
  });

  afterEach(async () => {
    for (const each of running.splice(0)) await each.end("SIGKILL");
    await server.kill();
  });

  const begin = (...argv: readonly string[]): Running => {
    const begun = new Running(...argv);
    running.push(begun);
    return begun;
  };
  const worker = (...argv: readonly string[]) =>
    begin("worker", "--queue", server.url, "--lease", "1", ...argv);
  const validate = (...argv: readonly string[]) =>
    begin("chain", "validate", "--data", data, "--queue", server.url, "--json", ...argv);
  const rangesIn = (file: string) =>
    readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  /** Each epoch once. */
  function expectEachOnce(ranges: readonly { from: number; to: number }[]): void {
    const sorted = [...ranges].sort((a, b) => a.from - b.from);
    expect(sorted[0]?.from).toBe(0);
    for (const [i, { to }] of sorted.entries()) {
      if (i + 1 < sorted.length) expect(sorted[i + 1]?.from).toBe(to + 1);
    }
    expect(sorted.at(-1)?.to).toBe(JSON.parse(alone).to);
  }

  test("answers the same as alone, and the queue remembers it", SLOW, async () => {
    const file = join(temporaryFolder(), "ranges");
    const [first] = [worker("--store", data, "--metrics", "0"), worker("--store", data, "--jobs", "2")];
    const { status, answer, notes } = await validate("--ranges", file).ended;
    expect({ status, answer }, notes).toEqual({ status: 0, answer: alone });
    const ranges = rangesIn(file);
    expectEachOnce(ranges);
    expect(ranges.filter(({ wasKnown }) => wasKnown)).toEqual([]);
    const [, metrics] = /^metrics at (\S+)$/m.exec(first.notes.join("\n")) ?? [];
    const text = await (await fetch(metrics as string)).text();
    const own = ranges.filter(({ worker: name }) => name === ranges.find(({ from }) => from === 0).worker);
    const told = Number(/^fvm_worker_tipsets_total (\d+)$/m.exec(text)?.[1]);
    const sums = [own, ranges.filter((range) => !own.includes(range))].map((some) =>
      some.reduce((sum, { tipsets }) => sum + tipsets, 0),
    );
    expect(sums).toContain(told);
    // Roots are what the next headers say.
    const store = await ChainStore.open(data);
    for (const { to, stateRoot } of ranges) {
      for await (const { key } of store.keys({ from: to + 1, to: JSON.parse(alone).to })) {
        expect(stateRoot).toBe(cidText(firstHeader(await store.chain.tipset(key)).parentStateRoot));
        break;
      }
    }
    await store.close();
    const again = await validate("--ranges", file).ended;
    expect(again).toMatchObject({ status: 0, answer: alone });
    expect(rangesIn(file).map(({ wasKnown }) => wasKnown)).toEqual(ranges.map(() => true));
    await validate("--ranges", file, "--again").ended;
    expect(rangesIn(file).map(({ wasKnown }) => wasKnown)).not.toContain(true);
  });

  test("goes on after workers and the server were killed, and after Ctrl-C", SLOW, async () => {
    const source = await ChainStore.open(data);
    await using slow = await BlockServer.start(source.blockstore, { latency: 3 });
    const file = join(temporaryFolder(), "ranges");
    const workers = [0, 1].map(() => worker("--store", slow.url, "--tries", "50"));
    const first = validate("--tries", "50");
    // Whoever begins while the server is down ends at once.
    await server.membersAre(3);
    for (const each of workers) await each.end("SIGKILL");
    await server.kill();
    await setTimeout(300);
    await server.start();
    worker("--store", slow.url, "--tries", "50");
    await setTimeout(500);
    expect((await first.end("SIGINT")).status).toBe(130);
    const { status, answer, notes } = await validate("--tries", "50", "--ranges", file).ended;
    expect({ status, answer }, notes).toEqual({ status: 0, answer: alone });
    expectEachOnce(rangesIn(file));
    await source.close();
  });

  test("finds the difference that is found alone, with its explanation", SLOW, async () => {
    const wrong = await chainFolder(TIPSETS, TIPSETS - 6);
    const expected = run("chain", "validate", "--data", copyOf(wrong), "--json");
    expect(JSON.parse(expected.answer)).toMatchObject({ ok: false, difference: { code: "STATE_ROOT" } });
    worker("--store", wrong);
    const found = await begin("chain", "validate", "--data", wrong, "--queue", server.url, "--json").ended;
    expect(found).toMatchObject({ status: 1, answer: expected.answer });
    // The second time from the queue.
    const again = await begin("chain", "validate", "--data", wrong, "--queue", server.url).ended;
    expect(again.answer).toBe(run("chain", "validate", "--data", copyOf(wrong)).answer);
  });

  test("leaves ranges aside whose store fails, with the reason, and does the others", SLOW, async () => {
    const source = await ChainStore.open(data);
    let bad: Cid | undefined;
    for await (const { key } of source.keys({ from: 10, to: 20 })) {
      bad = firstHeader(await source.chain.tipset(key)).messages;
      break;
    }
    const verdict = (cid: Cid) => (cid === bad ? 500 : "answer");
    await using failing = await BlockServer.start(source.blockstore, { verdict });
    const file = join(temporaryFolder(), "ranges");
    worker("--store", failing.url, "--tries", "2");
    const { status, answer, notes } = await validate("--tries", "2", "--ranges", file).ended;
    expect(status).toBe(70);
    expect(answer).toBe("");
    expect(notes).toMatch(/RANGE_FAILED.*tries: 2.*status 500/);
    const ranges = rangesIn(file);
    expectEachOnce(ranges);
    expect(ranges.filter(({ kind }) => kind === "failed")).toHaveLength(1);
    await source.close();
  });

  test("says which block is missing, and does that range again once it is there", SLOW, async () => {
    const source = await ChainStore.open(data);
    let lost: Cid | undefined;
    for await (const { key } of source.keys({ from: 10, to: 20 })) {
      lost = firstHeader(await source.chain.tipset(key)).messages;
      break;
    }
    let isThere = false;
    const verdict = (cid: Cid) => (cid === lost && !isThere ? 404 : "answer");
    await using partial = await BlockServer.start(source.blockstore, { verdict });
    worker("--store", partial.url);
    const { status, notes } = await validate().ended;
    expect(status, notes).toBe(2);
    expect(notes).toContain("CHAIN_INCOMPLETE");
    expect(notes).toContain(cidText(lost as Cid));
    isThere = true;
    expect(await validate().ended).toMatchObject({ status: 0, answer: alone });
    await source.close();
  });

  test("new blocks go nowhere, or into the last of a worker's stores", SLOW, async () => {
    const blocks = join(temporaryFolder(), "blocks");
    const source = await ChainStore.open(data);
    await using gateway = await BlockServer.start(source.blockstore);
    const there = worker("--store", blocks, "--store", gateway.url);
    expect(await validate().ended).toMatchObject({ status: 0, answer: alone });
    await there.end("SIGTERM");
    const kept = await LmdbBlockstore.open(blocks);
    const count = kept.stat().blocks;
    // Blocks that were fetched are kept.
    expect(count).toBeGreaterThan(100);
    await kept.close();
    // The gateway cannot be written to.
    const other = worker("--store", gateway.url, "--tries", "1");
    const refused = await validate("--again", "--keep-blocks", "--tries", "1").ended;
    expect(refused.notes).toContain("STORE_READ_ONLY");
    await other.end("SIGTERM");
    // The bucket gets every state.
    await using bucket = await S3Server.start();
    process.env.AWS_ACCESS_KEY_ID = KEY.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = KEY.secretAccessKey;
    worker("--store", blocks, "--store", `s3://chain/?endpoint=${bucket.endpoint}`);
    expect(await validate("--again", "--keep-blocks").ended).toMatchObject({ status: 0, answer: alone });
    const { parentStateRoot } = firstHeader(await source.head());
    expect(bucket.objects.has(`/chain/${cidText(parentStateRoot)}`)).toBe(true);
    expect(bucket.objects.size).toBeGreaterThan(100);
    await source.close();
  });
});

describe.skipIf(!canQueue("a queue's errors"))("an error", () => {
  test("of a server that is not there has no password in it", async () => {
    const url = "redis://somebody:secret@127.0.0.1:1";
    const { status, notes } = run("worker", "--queue", url, "--store", temporaryFolder());
    expect(status).toBe(2);
    expect(notes).toContain("QUEUE_UNREACHABLE { queue: 'redis://127.0.0.1:1'");
    expect(notes).not.toContain("secret");
  });

  test("of a server with a wrong password has none in it", async () => {
    await using server = await RedisServer.start({ password: "right" });
    const url = server.url.replace("right", "secret");
    const { status, notes } = run("worker", "--queue", url, "--store", temporaryFolder());
    expect(status).toBe(2);
    expect(notes).toContain("QUEUE_UNREACHABLE");
    expect(notes).not.toContain("secret");
  });

  test("of options says which", () => {
    const of = (...argv: readonly string[]) => run(...argv).notes;
    expect(of("worker", "--store", "x")).toContain("--queue URL is missing");
    expect(of("worker", "--queue", "redis://127.0.0.1:1")).toContain("--store PLACE is missing");
    expect(of("worker", "--queue", "http://secret@a", "--store", "x")).toMatch(
      /^fvm: INVALID_OPTION (?!.*secret)/,
    );
    expect(of("chain", "validate", "--data", "x", "--all-states")).toContain(
      "--all-states goes with --queue",
    );
  });
});
