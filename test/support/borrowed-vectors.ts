/** Vectors of network versions that have some, for the versions next to them that have none. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { defaultVectorFolder, vectorFiles } from "../../src/tools/vectors/files.js";
import type { BlockMap } from "../../src/tools/vectors/store.js";
import { mainnetBundle, openRealActors, type RealActors } from "./real-actors.js";

export interface Loan {
  /** The version that has no vectors. */
  readonly version: number;
  /** Its actors. */
  readonly actors: number;
  /** A folder of vectors, and the actors of their states. */
  readonly folder: string;
  readonly theirActors: number;
}

export const loans: readonly Loan[] = [
  { version: 16, actors: 8, folder: "shark", theirActors: 9 },
  { version: 19, actors: 11, folder: "hygge", theirActors: 10 },
];

/** A folder of vectors, or undefined if it is not there. */
function vectorFolder(name: string): string | undefined {
  const path = join(defaultVectorFolder() ?? "", name);
  return existsSync(path) ? path : undefined;
}

/** Paths and short names of the vectors. */
export function vectorsOf({ folder }: Loan): readonly (readonly [name: string, file: string])[] {
  const path = vectorFolder(folder);
  if (path === undefined) return [];
  return vectorFiles([path]).map((file) => [relative(path, file), file] as const);
}

/** Missing files, for the names of skipped tests; undefined if all are there. */
export function missing({ folder, actors, theirActors }: Loan): string | undefined {
  const bundles = [actors, theirActors].filter((version) => mainnetBundle(version) === undefined);
  const things = [
    ...bundles.map((version) => `bundle v${version}`),
    ...(vectorFolder(folder) === undefined ? [`vectors ${folder}`] : []),
  ];
  return things.length === 0 ? undefined : `no ${things.join(", no ")}`;
}

export function openActors(version: number): RealActors {
  const file = mainnetBundle(version);
  if (file === undefined) throw new Error(`no bundle v${version}`);
  return openRealActors(file, version);
}

export function blocksOf(...bundles: readonly RealActors[]): BlockMap {
  return new Map(bundles.flatMap(({ store }) => Array.from(store, ({ cid, data }) => [cid, data] as const)));
}
