/** `fvm conformance --jobs`: the same answer as with one job, whatever becomes of the threads. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConformanceReport } from "../../src/tools/vectors/report.js";
import { ownTipsetVector, ownVector, type VectorJson } from "../tools/vectors/own-network.js";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const crash = new URL("./fixtures/crash.mjs", import.meta.url);

let folder: string;
let vectors: string;
let right: VectorJson;
const write = (name: string, content: unknown) =>
  writeFileSync(join(vectors, name), typeof content === "string" ? content : JSON.stringify(content));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-jobs-"));
  vectors = join(folder, "vectors");
  mkdirSync(vectors);
  right = await ownVector(folder);
  for (let i = 0; i < 6; i++) write(`right-${i}.json`, right);
  // The largest file is handed out first, wherever it is in the order.
  write("tipsets.json", await ownTipsetVector(folder));
  const wrong = structuredClone(right);
  Object.assign(wrong.postconditions.receipts[0] ?? {}, { exit_code: 5 });
  write("a-wrong.json", wrong);
  write("none.json", { class: "none" });
  write("other-genesis.json", { ...right, genesis: "absent" });
});
afterAll(() => rmSync(folder, { recursive: true }));

const argv = (...more: string[]) => [program, "conformance", vectors, "--bundles", folder, ...more];

function run(jobs: number, env: NodeJS.ProcessEnv = {}, ...more: string[]) {
  const all = argv("--json", "--jobs", `${jobs}`, ...more);
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stderr, report: JSON.parse(stdout) as ConformanceReport };
}

const withoutTimes = ({ totals: _totals, vectors, ...counts }: ConformanceReport) => ({
  ...counts,
  vectors: vectors.map(({ apply_ns: _apply, run_ns: _run, ...vector }) => vector),
});

test("any number of jobs answers the same, in the same order", () => {
  const one = run(1);
  expect(one.report).toMatchObject({ passed: 7, failed: 2, skipped: 1 });
  for (const jobs of [2, 5]) {
    const { status, stderr, report } = run(jobs);
    expect(status).toBe(one.status);
    expect(withoutTimes(report)).toEqual(withoutTimes(one.report));
    expect(stderr).toContain(
      "a-wrong.json (newest)\n  message 0: exit code: expected 5 (SYS_INVALID_RECEIVER), got 0 (OK)\n",
    );
  }
});

test.each([
  [1, ["--workers", "2"]],
  [1, ["--workers", "3", "--schedule-seed", "7"]],
  [2, ["--workers", "1", "--schedule-seed", "0"]],
])("%i jobs, with %j, answer the same", (jobs, more) => {
  const { report } = run(jobs, {}, ...more);
  expect(withoutTimes(report)).toEqual(withoutTimes(run(1).report));
});

test.each([
  [["--schedule-seed", "7"], "--schedule-seed goes with --workers"],
  [["--workers", "1", "--schedule-seed", "seven"], "--schedule-seed"],
])("%j is refused", (more, reason) => {
  const { status, stderr } = spawnSync(process.execPath, argv(...more), { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toContain(reason);
});

test("a thread that is lost is a vector that failed, and the others run", () => {
  write("crash.json", right);
  const { status, stderr, report } = run(2, { NODE_OPTIONS: `--import ${crash}` });
  rmSync(join(vectors, "crash.json"));
  expect(status).toBe(2);
  expect(report).toMatchObject({ passed: 7, failed: 3, skipped: 1 });
  expect(report.vectors.find(({ id }) => id.endsWith("crash.json"))).toMatchObject({
    ok: false,
    reason: "WORKER_LOST { text: 'exit code 70' }",
  });
  expect(stderr).toContain("crash.json\n  WORKER_LOST { text: 'exit code 70' }\n");
});

test("Ctrl-C ends it at once", async () => {
  const child = spawn(process.execPath, argv("--jobs", "2", "--repeat", "100000000"), { stdio: "pipe" });
  // They are at work when the first complaint comes.
  await once(child.stderr, "data");
  const exit = once(child, "exit");
  const begin = performance.now();
  child.kill("SIGINT");
  expect(await exit).toEqual([null, "SIGINT"]);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test("a warm-up says when it is over, and does not go with jobs", () => {
  const warm = argv("--filter", "none", "--warm-up", "1");
  expect(spawnSync(process.execPath, warm, { encoding: "utf8" }).stderr).toContain("warmed up\n");
  const { status, stderr } = spawnSync(process.execPath, [...warm, "--jobs", "2"], { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toContain("--warm-up goes without --jobs");
});
