import { join } from "node:path";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { defaultVectorFolder, readVector } from "#src/tools/vectors/files.js";
import { Library } from "#src/tools/vectors/library.js";
import { surroundingsOf } from "#src/tools/vectors/run.js";
import { nodeOf, tipsetsOf } from "#src/tools/vectors/run-tipsets.js";
import { BenchError } from "../bench-error.js";
import type { LatencyCase } from "./cases.js";
import { stepsCase, stepsOf } from "./steps.js";

/** Longer runs of null rounds are another bench's subject: they wait for nothing. */
const MOST_NULL_ROUNDS = 10;

/** The tipsets of a vector, up to a long run of null rounds. */
export async function vectorCase(name: string, path: string): Promise<LatencyCase> {
  const vector = readVector(join(defaultVectorFolder() ?? "vectors", path));
  const [variant] = vector.variants;
  if (vector.class !== "tipset" || variant === undefined) throw new BenchError(`${path} has no tipsets`);
  const surroundings = surroundingsOf(vector, variant, { library: new Library(bundleFolders(undefined)) });
  const node = nodeOf(vector, variant, surroundings);
  const all = tipsetsOf(vector, variant);
  const long = all.findIndex(({ epoch, parentEpoch }) => epoch - parentEpoch > MOST_NULL_ROUNDS);
  const tipsets = long < 0 ? all : all.slice(0, long);
  const last = long < 0 ? vector.expected.stateRoot : undefined;
  const steps = await stepsOf(name, node, vector.stateRoot, tipsets, last);
  return stepsCase(name, surroundings.store, node, steps);
}
