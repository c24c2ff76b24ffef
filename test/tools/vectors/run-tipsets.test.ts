import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VariantReport } from "../../../src/tools/vectors/run.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { ROOT } from "./example.js";
import { ownTipsetVector, type TipsetVectorJson } from "./own-network.js";

let bundles: string;
let right: TipsetVectorJson;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), "fvm-run-tipsets-"));
  right = await ownTipsetVector(bundles);
});
afterAll(() => rmSync(bundles, { recursive: true }));

async function run(change: (vector: TipsetVectorJson) => void): Promise<VariantReport | undefined> {
  const vector = structuredClone(right);
  change(vector);
  const file = join(bundles, "tipsets.json");
  writeFileSync(file, JSON.stringify(vector));
  const [report] = await runVectors([file], { bundles, repeat: 1 });
  return report;
}

test("a vector that is right passes, implicit messages and null rounds included", async () => {
  const report = await run(() => {});
  expect(report).toMatchObject({ status: "passed", reason: undefined });
  // Two messages of which one comes twice, two rewards, cron; three null rounds; a message, reward, cron.
  expect(right.postconditions.receipts).toHaveLength(2 + 2 + 1 + 3 + 3);
  expect(report?.gasUsed).toEqual(right.postconditions.receipts.map(({ gas_used }) => gas_used));
  expect(report?.applyNs?.min).toBeGreaterThan(0);
});

describe("a vector that is wrong fails, and the field is named", () => {
  const other = { "/": ROOT };
  const cases: [field: string, change: (after: TipsetVectorJson["postconditions"]) => void][] = [
    ["result 0: gas used", ({ receipts }) => patch(receipts[0], { gas_used: 1 })],
    ["result 10: exit code", ({ receipts }) => patch(receipts[10], { exit_code: 1 })],
    ["result 10", ({ receipts }) => void receipts.pop()],
    ["tipset 1: receipts root", ({ receipts_roots }) => patch(receipts_roots[1], other)],
    ["tipset 1: state root", (after) => patch(after.state_tree.root_cid, other)],
    ["tipset 0: gas used", ({ tipsets }) => patch(tipsets[0], { gas_used: 1 })],
    ["tipset 0: cron exit code", ({ tipsets }) => patch(tipsets[0], { cron_exit_code: 1 })],
    ["tipset 0: block 1 messages", ({ tipsets }) => patch(tipsets[0]?.blocks[1], { applied: 1 })],
    ["tipset 0: block 0 penalty", ({ tipsets }) => patch(tipsets[0]?.blocks[0], { penalty: "1" })],
    ["tipset 0: number of blocks", ({ tipsets }) => void tipsets[0]?.blocks.pop()],
    [
      "tipset 1: state root of null round 103",
      ({ tipsets }) => patch(tipsets[1]?.null_rounds[1], { state_root: other }),
    ],
  ];

  test.each(cases)("%s", async (field, change) => {
    const report = await run(({ postconditions }) => change(postconditions));
    expect(report).toMatchObject({ status: "failed" });
    expect(report?.mismatches.map((mismatch) => mismatch.field)).toEqual([field]);
  });
});

test("a tipset that no chain can have", async () => {
  const report = await run(({ apply_tipsets }) => patch(apply_tipsets[0]?.blocks[0], { messages: ["AQ=="] }));
  expect(report).toMatchObject({ status: "failed", reason: expect.stringContaining("INVALID_MESSAGE") });
});

function patch<T extends object>(target: T | undefined, changes: Partial<T>): void {
  if (target === undefined) throw new Error("nothing to change");
  Object.assign(target, changes);
}
