/**
 * Network versions 16 and 19 have no vectors. Their rules and prices are those of the versions after 16 and
 * before 19, so real messages of those versions, with their own actors, have the very same outcome.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { cidText } from "../../../src/encoding/cid.js";
import { compareReceipt } from "../../../src/tools/vectors/compare.js";
import { type BlockMap, VectorStore } from "../../../src/tools/vectors/store.js";
import { blocksOf, loans, missing, openActors, vectorsOf } from "../../support/borrowed-vectors.js";
import { readMessageVector, replay } from "../../support/replay.js";
import { skipLoudly } from "../../support/skip.js";

describe.each(loans)("nv$version, with actors v$theirActors", (loan) => {
  const lacking = missing(loan);
  if (lacking !== undefined) {
    skipLoudly(`all vectors of ${loan.folder}: ${lacking}`);
    return;
  }
  let below: BlockMap;
  beforeAll(() => {
    below = blocksOf(openActors(loan.theirActors));
  });

  test.each(vectorsOf(loan))("%s", async (_, file) => {
    const read = readMessageVector(file);
    const { expected, stateRoot: before, car } = read.vector;
    const { results, stateRoot } = await replay(read, new VectorStore(car(), below), loan.version, before);
    const differences = results.flatMap((result, index) => {
      const receipt = expected.receipts[index];
      return receipt === undefined ? [] : compareReceipt(`message ${index}`, receipt, result);
    });
    expect(differences).toEqual([]);
    expect(results).toHaveLength(expected.receipts.length);
    expect(cidText(stateRoot)).toBe(cidText(expected.stateRoot));
  });
});
