import { expect, test } from "vitest";
import { parseCid } from "../../../src/encoding/cid.js";
import { compareOutcome, compareReceipt } from "../../../src/tools/vectors/compare.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { ROOT } from "./example.js";

const result: ApplyResult = {
  receipt: { exitCode: 0, returnData: Uint8Array.of(1, 2), gasUsed: 1234, eventsRoot: undefined },
  penalty: 1n,
  minerTip: 2n,
  baseFeeBurn: 3n,
  overEstimationBurn: 4n,
  refund: 5n,
  gasRefund: 6,
  gasBurned: 7,
  failure: undefined,
  events: [],
  invocations: 1,
  returnCodec: undefined,
  changes: undefined,
};
const receipt = { exitCode: 0, returnData: Uint8Array.of(1, 2), gasUsed: 1234n, eventsRoot: null };
const {
  receipt: _,
  failure: __,
  events: ___,
  returnCodec: ____,
  invocations: _____,
  gasRefund,
  gasBurned,
  ...fees
} = result;
const outcome = { ...fees, gasRefund: BigInt(gasRefund), gasBurned: BigInt(gasBurned) };

test("equal receipts and fees", () => {
  expect(compareReceipt("m", receipt, result)).toEqual([]);
  expect(compareOutcome("m", outcome, result)).toEqual([]);
});

test("each field of a receipt", () => {
  const expected = { exitCode: 1, returnData: Uint8Array.of(1), gasUsed: 1233n, eventsRoot: parseCid(ROOT) };
  expect(compareReceipt("m", expected, result)).toEqual([
    { field: "m: exit code", expected: "1 (SYS_SENDER_INVALID)", actual: "0 (OK)" },
    { field: "m: return data", expected: "01", actual: "0102" },
    { field: "m: gas used", expected: "1233", actual: "1234" },
    { field: "m: events root", expected: ROOT, actual: "none" },
  ]);
});

test("a vector that says nothing about events", () => {
  const withEvents = { ...result, receipt: { ...result.receipt, eventsRoot: parseCid(ROOT) } };
  expect(compareReceipt("m", { ...receipt, eventsRoot: undefined }, withEvents)).toEqual([]);
  expect(compareReceipt("m", receipt, withEvents)).toEqual([
    { field: "m: events root", expected: "none", actual: ROOT },
  ]);
});

test.each(Object.keys(outcome) as (keyof typeof outcome)[])("fee field %s", (field) => {
  expect(compareOutcome("m", { ...outcome, [field]: 99n }, result)).toEqual([
    { field: `m: ${field}`, expected: "99", actual: `${outcome[field]}` },
  ]);
});

test("long return data are shown from where they differ", () => {
  const returnData = new Uint8Array(1000);
  const [mismatch] = compareReceipt(
    "m",
    { ...receipt, returnData: returnData.with(500, 7) },
    {
      ...result,
      receipt: { ...result.receipt, returnData },
    },
  );
  expect(mismatch?.expected).toMatch(/^\(1000 bytes\) …\[500\] 0700/);
  expect(mismatch?.actual).toMatch(/^\(1000 bytes\) …\[500\] 0000/);
});
