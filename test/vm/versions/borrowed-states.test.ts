/**
 * Network versions 16 and 19 have no vectors. Here their own actors execute the real messages of the
 * version next to them, on states whose actors were given the other code by name. The layouts of some
 * states differ between the two, and are converted where that is a matter of leaving fields away; code
 * that meets a layout it does not know fails with an exit code of its own. So this is not about exit codes:
 * the code must run, and nothing may fail that is not the actors' own business.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { VectorStore } from "../../../src/tools/vectors/store.js";
import { borrowState, type Replacement } from "../../support/borrowed-state.js";
import { blocksOf, loans, missing, openActors, vectorsOf } from "../../support/borrowed-vectors.js";
import { layoutsOfV8 } from "../../support/older-layouts.js";
import { type Replay, readMessageVector, replay } from "../../support/replay.js";
import { skipLoudly } from "../../support/skip.js";

const FATAL = 10;

/**
 * v11 attends to a new deal in another epoch than v10. In these vectors that is in a part of the queue
 * that they do not have.
 */
const lacksBlocks: Readonly<Record<number, RegExp>> = { 19: /PublishStorageDeals-Ok-[1-9]\.json/ };

/** How many messages succeed, at least. */
const successes: Readonly<Record<number, number>> = { 16: 29, 19: 51 };

describe.each(loans)("nv$version, actors v$actors on states of v$theirActors", (loan) => {
  const { version, actors, theirActors } = loan;
  const lacking = missing(loan);
  if (lacking !== undefined) {
    skipLoudly(`all vectors of ${loan.folder}: ${lacking}`);
    return;
  }
  const replays = new Map<string, Promise<Replay>>();
  let run: (file: string) => Promise<Replay>;
  /** Each vector is executed once. */
  const exitCodes = async (file: string) => {
    const running = replays.get(file) ?? run(file);
    replays.set(file, running);
    return (await running).results.map(({ receipt }) => receipt.exitCode);
  };

  beforeAll(() => {
    const [old, own] = [openActors(theirActors), openActors(actors)];
    const oldCodes = new Map(old.manifest.entries);
    const replacements = new Map<Cid, Replacement>();
    for (const [name, code] of own.manifest.entries) {
      const oldCode = oldCodes.get(name);
      const convert = version === 16 ? layoutsOfV8[name] : undefined;
      if (oldCode !== undefined) replacements.set(oldCode, { code, convert });
    }
    const below = blocksOf(old, own);

    run = async (file) => {
      const read = readMessageVector(file);
      const store = new VectorStore(read.vector.car(), below);
      const borrowed = borrowState((cid) => store.get(cid), read.vector.stateRoot, replacements, own.list);
      expect(borrowed.actors).toBeGreaterThan(100);
      store.putMany(borrowed.blocks);
      return replay(read, store, version, borrowed.root);
    };
  });

  const [whole, partial] = split(vectorsOf(loan), ([name]) => lacksBlocks[version]?.test(name) !== true);

  test.each(whole)("%s", async (_, file) => {
    const codes = await exitCodes(file);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes).not.toContain(FATAL);
  });

  test.each(partial)("%s (lacks blocks)", async (_, file) => {
    await expect(run(file)).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND" });
  });

  test("enough messages succeed", { timeout: 300_000 }, async () => {
    const counts = new Map<number, number>();
    for (const [, file] of whole) {
      for (const code of await exitCodes(file)) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const texts = [...counts].sort(([a], [b]) => a - b).map(([code, n]) => `${n} with exit code ${code}`);
    console.info(`nv${version}: ${texts.join(", ")}; ${partial.length} vectors lack blocks`);
    expect(counts.get(0)).toBeGreaterThanOrEqual(successes[version] ?? 1);
  });
});

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
