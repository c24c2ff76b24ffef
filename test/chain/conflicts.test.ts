/** Tipsets whose messages depend on each other, with results of the reference. */
import { describe, expect, test } from "vitest";
import { readVector } from "../../src/tools/vectors/files.js";
import { runVectors } from "../../src/tools/vectors/run-vectors.js";
import { blocksOf } from "../../src/tools/vectors/store.js";
import { moreConflictVectors, ownConflictVectors } from "../support/conflict-vectors.js";
import { skipLoudly } from "../support/skip.js";

const WASM = Buffer.from("\0asm");

function runs(vectors: typeof ownConflictVectors): void {
  // The time is the compiler's, and it is shared by all vectors of a network version.
  test.for(vectors)("%s", { timeout: 300_000 }, async ([name, file], { skip }) => {
    const [report] = await runVectors([file], { repeat: 0 });
    if (report?.status === "skipped") {
      console.warn(`SKIPPED ${name}: ${report.reason}`);
      skip(report.reason);
    }
    expect(report).toMatchObject({ status: "passed", reason: undefined });
  });
}

describe("vectors of this repository", () => {
  runs(ownConflictVectors);

  test.each(ownConflictVectors)("%s holds no code of builtin actors", (_, file) => {
    const blocks = [...blocksOf(readVector(file).car()).values()];
    expect(blocks.length).toBeGreaterThan(50);
    expect(blocks.filter((data) => WASM.equals(data.subarray(0, WASM.length)))).toEqual([]);
  });
});

describe("more vectors", () => {
  const vectors = moreConflictVectors();
  if (vectors === undefined) skipLoudly("more tipsets of conflicts: FVM_CONFLICT_VECTORS is not set");
  else runs(vectors);
});
