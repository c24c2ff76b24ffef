import { relative, sep } from "node:path";
import { vectorFiles } from "#src/tools/vectors/files.js";
import { BenchError } from "../bench-error.js";
import { type Group, groups, type Pace } from "../groups.js";
import { vectorFolder } from "../places.js";
import { chainVector } from "./chain-vector.js";
import type { Contender } from "./contender.js";
import type { Batch } from "./rounds.js";

/** A group with its files. */
export interface Selection {
  readonly group: Group;
  readonly files: readonly string[];
}

/** The files of all groups, each once, by their pace. @param repeat instead of the groups' own */
export function batchesOf(selections: readonly Selection[], repeat: number | undefined): Batch[] {
  const paces = new Map<string, Pace>();
  for (const { group, files } of selections) for (const file of files) paces.set(file, group.pace);
  return [...new Set(paces.values())].map((pace) => ({
    ...pace,
    ...(repeat !== undefined && { passes: 1, repeat }),
    files: [...paces.keys()].filter((file) => paces.get(file) === pace),
  }));
}

/**
 * @param names empty: all groups
 * @param peer makes the chains of messages that are not there yet; undefined: they are left out
 * Throws `BenchError` on unknown names and if there are no vectors.
 */
export async function selectGroups(
  names: readonly string[],
  peer: Contender | undefined,
): Promise<Selection[]> {
  const unknown = names.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) {
    throw new BenchError(`no group ${unknown}; there are ${groups.map(({ name }) => name).join(", ")}`);
  }
  const folder = vectorFolder();
  const files = vectorFiles([folder]);
  const chained = groups.find(({ name, source }) => names.includes(name) && "chain" in source);
  if (peer === undefined && chained !== undefined) {
    throw new BenchError(
      `group ${chained.name} can only be compared with the reference, which makes its vector`,
    );
  }
  const wanted = groups.filter(
    ({ name, source }) =>
      (names.length === 0 || names.includes(name)) && (peer !== undefined || "files" in source),
  );
  const selections: Selection[] = [];
  for (const group of wanted) {
    const { source } = group;
    const selected =
      "files" in source
        ? files.filter((file) => source.files.test(relative(folder, file).split(sep).join("/")))
        : [await chainVector(folder, group.name, source.chain, peer as Contender)];
    if (selected.length === 0) throw new BenchError(`${folder} has no vectors of group ${group.name}`);
    selections.push({ group, files: selected });
  }
  return selections;
}
