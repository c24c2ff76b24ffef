import { gzipSync } from "node:zlib";
import {
  Line,
  Location,
  Function as PprofFunction,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from "pprof-format";
import type { GasProfile } from "./profile.js";
import { gasStacks, type StackFrame } from "./stacks.js";

/** Values of a sample: gas, its two parts, and the number of charges. */
const VALUES = [
  ["gas", "gas"],
  ["compute", "gas"],
  ["storage", "gas"],
  ["charges", "count"],
] as const;

/**
 * A profile in the format of pprof, gzipped, as `go tool pprof` and most viewers read it. Functions are methods and,
 * at the end of each stack, charges. Of the values of a sample, `gas` adds up to the gas used; `compute` and
 * `storage` (with calls to the node) are its parts.
 */
export function pprofFile(profile: GasProfile): Uint8Array {
  const stringTable = new StringTable();
  const functions: PprofFunction[] = [];
  const locations: Location[] = [];
  const ids = new Map<string, number>();
  const idOf = ({ name, group }: StackFrame): number => {
    const key = `${group}\n${name}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = functions.length + 1;
    ids.set(key, id);
    const text = stringTable.dedup(name);
    functions.push(
      new PprofFunction({ id, name: text, systemName: text, filename: stringTable.dedup(group) }),
    );
    locations.push(new Location({ id, line: [new Line({ functionId: id, line: 1 })] }));
    return id;
  };
  const sample = gasStacks(profile).map(
    ({ frames, compute, other, count }) =>
      new Sample({ locationId: frames.map(idOf).reverse(), value: [compute + other, compute, other, count] }),
  );
  const sampleType = VALUES.map(
    ([type, unit]) => new ValueType({ type: stringTable.dedup(type), unit: stringTable.dedup(unit) }),
  );
  const encoded = new Profile({
    sampleType,
    sample,
    location: locations,
    function: functions,
    stringTable,
    defaultSampleType: stringTable.dedup("gas"),
  }).encode();
  return gzipSync(encoded);
}
