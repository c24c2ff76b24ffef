import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { reportOf } from "../../../src/tools/vectors/report.js";
import { median, type VariantReport } from "../../../src/tools/vectors/run.js";
import { type RunVectorsOptions, runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { ownVector, type VectorJson } from "./own-network.js";

let bundles: string;
let right: VectorJson;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), "fvm-run-vectors-"));
  right = await ownVector(bundles);
});
afterAll(() => rmSync(bundles, { recursive: true }));

async function run(
  change: (vector: VectorJson) => void,
  options: Partial<RunVectorsOptions> = {},
): Promise<VariantReport[]> {
  const vector = structuredClone(right);
  change(vector);
  const file = join(bundles, "vector.json");
  writeFileSync(file, JSON.stringify(vector));
  return runVectors([file], { bundles, repeat: 1, ...options });
}

test("a vector that is right passes", async () => {
  const [report, ...more] = await run(() => {});
  expect(more).toEqual([]);
  expect(report).toMatchObject({
    id: "own-network",
    variant: "newest",
    networkVersion: 28,
    status: "passed",
    reason: undefined,
    mismatches: [],
    gasUsed: right.postconditions.receipts.map(({ gas_used }) => gas_used),
  });
  expect(report?.applyNs?.min).toBeGreaterThan(0);
});

test("repeating starts from the same state each time", async () => {
  const [report] = await run(() => {}, { repeat: 3 });
  expect(report).toMatchObject({ status: "passed" });
  expect(report?.applyNs?.median).toBeGreaterThanOrEqual(report?.applyNs?.min ?? Number.POSITIVE_INFINITY);
});

test("a warm-up leaves no reports, and fails nothing that would not fail later", async () => {
  const calls: string[] = [];
  const options = { warmUpSeconds: 0.05, onReport: ({ status }: VariantReport) => calls.push(status) };
  expect(await run(() => {}, options)).toMatchObject([{ status: "passed" }]);
  const wrong = ({ postconditions }: VectorJson) => patch(postconditions.receipts[0], { exit_code: 1 });
  expect(await run(wrong, options)).toMatchObject([{ status: "failed" }]);
  expect(calls).toEqual(["passed", "failed"]);
});

describe("a vector that is wrong fails, and the field is named", () => {
  const cases: [field: string, change: (vector: VectorJson) => void][] = [
    ["message 0: exit code", ({ postconditions }) => patch(postconditions.receipts[0], { exit_code: 1 })],
    ["message 0: return data", ({ postconditions }) => patch(postconditions.receipts[0], { return: "AQ==" })],
    ["message 1: gas used", ({ postconditions }) => patch(postconditions.receipts[1], { gas_used: 1 })],
    [
      "message 0: events root",
      (v) => patch(v.postconditions.receipts[0], { events_root: v.postconditions.state_tree.root_cid }),
    ],
    ["message 2: penalty", ({ postconditions }) => patch(postconditions.outcomes[2], { miner_penalty: "1" })],
    ["message 0: minerTip", ({ postconditions }) => patch(postconditions.outcomes[0], { miner_tip: "1" })],
  ];

  test.each(cases)("%s", async (field, change) => {
    const [report] = await run(change);
    expect(report).toMatchObject({ status: "failed", mismatches: [{ field }] });
    expect(report?.reason).toContain(`${field}: expected `);
  });

  test("a state root, with the actors that differ", async () => {
    const [report] = await run(({ postconditions, preconditions }) => {
      postconditions.state_tree = (preconditions as unknown as typeof postconditions).state_tree;
    });
    expect(report?.mismatches.map(({ field }) => field)).toEqual(["state root"]);
    expect(report?.notes).toContainEqual(expect.stringMatching(/^f0\d+ balance: expected \d+, got \d+$/));
  });

  test("a message that fails has its backtrace in the notes", async () => {
    const [report] = await run(({ postconditions }) => patch(postconditions.receipts[1], { exit_code: 0 }));
    expect(report?.notes).toContainEqual(
      expect.stringMatching(/^message 1: 00: f0\d+ \(method 99\) -- .* \(\d+\)$/),
    );
  });

  test("a message that fails, and should not, is explained", async () => {
    const [report] = await run(({ postconditions }) => patch(postconditions.receipts[1], { exit_code: 0 }));
    const paragraphs = report?.notes.filter((note) => note.includes("Likely cause"));
    expect(paragraphs).toEqual([
      expect.stringMatching(/^message 1: The message of f3\w+ .*, method 99, failed with/),
    ]);
  });

  test("a message that cannot be read", async () => {
    const [report] = await run(({ apply_messages }) => patch(apply_messages[0], { bytes: "AQ==" }));
    expect(report).toMatchObject({ status: "failed", reason: expect.stringContaining("INVALID_MESSAGE") });
  });
});

describe("a vector that cannot be run is skipped, with the reason", () => {
  test.each([
    ["no bundle v8 of mainnet in", (v: VectorJson) => patch(v, { genesis: undefined, bundle: "v8" })],
    [
      "network version 15 is not supported",
      (v: VectorJson) => patch(v.preconditions.variants[0], { nv: 15 }),
    ],
    ["needs the chaos actor", (v: VectorJson) => patch(v, { selector: { chaos_actor: "true" } })],
  ])("%s", async (reason, change) => {
    vi.stubEnv("XDG_CACHE_HOME", bundles);
    const [report] = await run(change, { bundles: join(bundles, "empty") });
    vi.unstubAllEnvs();
    expect(report).toMatchObject({
      status: "skipped",
      reason: expect.stringContaining(reason),
      applyNs: undefined,
    });
  });
});

test("a file that is no vector is unreadable", async () => {
  expect(await run((vector) => patch(vector, { class: "sonnet" }))).toMatchObject([
    { status: "unreadable", reason: "class: unknown class sonnet", networkVersion: undefined },
  ]);
});

test("each variant has a report", async () => {
  const reports = await run(({ preconditions: { variants } }) => {
    variants.push({ id: "old", epoch: 100, nv: 15 });
  });
  expect(reports.map(({ variant, status }) => [variant, status])).toEqual([
    ["newest", "passed"],
    ["old", "skipped"],
  ]);
});

test("a filter goes by file and id", async () => {
  expect(await run(() => {}, { filter: "own-net" })).toHaveLength(1);
  expect(await run(() => {}, { filter: "vector.json" })).toHaveLength(1);
  expect(await run(() => {}, { filter: "other" })).toHaveLength(0);
});

test("the report sums up", async () => {
  const passed = await run(() => {});
  const failed = await run(({ postconditions }) => patch(postconditions.receipts[0], { exit_code: 1 }));
  const skipped = await run(({ preconditions }) => patch(preconditions.variants[0], { nv: 15 }));
  const unreadable = await run((vector) => patch(vector, { class: "sonnet" }));
  const report = reportOf([...passed, ...failed, ...skipped, ...unreadable], 5);
  expect(report).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
  expect(report.vectors.map(({ ok, nv, skipped }) => ({ ok, nv, skipped }))).toEqual([
    { ok: true, nv: 28, skipped: undefined },
    { ok: false, nv: 28, skipped: undefined },
    { ok: false, nv: 15, skipped: true },
    { ok: false, nv: null, skipped: undefined },
  ]);
  const medians = report.vectors.map(({ apply_ns }) => apply_ns.median);
  expect(report.totals).toEqual({ median_ns: medians.reduce((a, b) => a + b, 0), wall_ns: 5 });
});

test.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])("the median of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

function patch<T extends object>(target: T | undefined, changes: Partial<T>): void {
  if (target === undefined) throw new Error("nothing to change");
  Object.assign(target, changes);
}
