/** FVM_SCHEDULES=N: N schedules of each tipset, of all vectors; else one, of the first and the last network version. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { executeTipset } from "../../../src/chain/execution/execute-tipset.js";
import { bundleFolders } from "../../../src/tools/bundles/folders.js";
import { defaultVectorFolder, readVector, vectorFiles } from "../../../src/tools/vectors/files.js";
import { Library } from "../../../src/tools/vectors/library.js";
import { surroundingsOf } from "../../../src/tools/vectors/run.js";
import { nodeOf, tipsetsOf } from "../../../src/tools/vectors/run-tipsets.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { executeByChance } from "../../support/by-chance.js";
import { ownConflictVectors } from "../../support/conflict-vectors.js";
import { skipLoudly } from "../../support/skip.js";
import { randomNumbers } from "../../support/test-data.js";

const LONG = 600_000;
const library = new Library(bundleFolders());
const folder = join(defaultVectorFolder() ?? "", "tipsets");
const { FVM_SCHEDULES } = process.env;
const schedules = Number(FVM_SCHEDULES ?? 1);
const files = existsSync(folder) ? vectorFiles([folder]) : [];
const some = FVM_SCHEDULES === undefined ? files.filter((file) => /nv(22|28)/.test(file)) : files;
const chosen = [...ownConflictVectors.map(([, file]) => file), ...some];

describe("messages that are executed before their turn, as chance has it, do the same", () => {
  if (files.length === 0) skipLoudly(`tipsets by chance: no vectors in ${folder}`);
  for (const file of chosen) {
    const vector = readVector(file);
    const [variant] = vector.variants;
    if (vector.class !== "tipset" || variant === undefined) throw new Error(`${file} is no tipset vector`);
    it(
      vector.id,
      async () => {
        const surroundings = surroundingsOf(vector, variant, { library });
        const node = nodeOf(vector, variant, surroundings);
        let root = vector.stateRoot;
        for (const tipset of tipsetsOf(vector, variant)) {
          const expected: ApplyResult[] = [];
          const onResult = (result: ApplyResult) => void expected.push(result);
          const { stateRoot } = await executeTipset(node, root, tipset, { selected: true, onResult });
          for (let seed = 1; seed <= schedules; seed++) {
            const actual = await executeByChance(node, root, tipset, randomNumbers(seed));
            expect({ seed, ...actual }).toEqual({ ...actual, seed, results: expected, stateRoot });
          }
          root = stateRoot;
        }
        surroundings.blockCache.clear();
      },
      LONG,
    );
  }
});
