/** A sample of real vectors, if they and the bundles are on this machine; `npm run test:vectors` runs all. */
import { relative } from "node:path";
import { expect, test } from "vitest";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";

/** One of so many files: a few minutes less. */
const STEP = 100;

const root = defaultVectorFolder();
if (root === undefined) {
  console.warn("SKIPPED all vectors: there is no folder vectors, and FVM_VECTORS is not set");
  test.skip("vectors");
} else {
  const files = vectorFiles([root]);
  const sample = files.filter((_, i) => i % STEP === 0);
  // The time is the compiler's, and it is shared by all vectors of a network version.
  const cases = sample.map((file) => [relative(root, file), file] as const);
  test.for(cases)("%s", { timeout: 300_000 }, async ([name, file], { skip }) => {
    const [report] = await runVectors([file], { repeat: 1 });
    if (report?.status === "skipped") {
      console.warn(`SKIPPED ${name}: ${report.reason}`);
      skip(report.reason);
    }
    expect(report).toMatchObject({ status: "passed", reason: undefined });
  });
}
