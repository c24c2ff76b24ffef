import { isArray, isText } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { GasProfile } from "./profile.js";
import { type GasStack, gasStacks } from "./stacks.js";

/** A profile with the name under which people find it. */
export interface NamedProfile {
  readonly name: string;
  readonly profile: GasProfile;
}

/** The file format of speedscope (https://www.speedscope.app/file-format-schema.json), the part that is used. */
export interface SpeedscopeFile {
  readonly $schema: string;
  readonly exporter: string;
  readonly name: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly { readonly name: string; readonly file: string }[] };
  readonly profiles: readonly {
    readonly type: "sampled";
    readonly name: string;
    /** Speedscope has no unit for gas. */
    readonly unit: "none";
    readonly startValue: number;
    /** Gas used. */
    readonly endValue: number;
    /** Frames of each stack, by number, the outermost first. */
    readonly samples: readonly (readonly number[])[];
    /** Gas of each stack. */
    readonly weights: readonly number[];
  }[];
}

/**
 * Profiles as a file of speedscope: a profile of it for each, whose weights add up to the gas used. Flame graphs are
 * as wide as their calls took gas. Throws `FvmError` INVALID_OPTION.
 */
export function speedscopeFile(profiles: readonly NamedProfile[], name = "gas"): SpeedscopeFile {
  checkOption("profiles", profiles, isArray);
  checkOption("name", name, isText);
  const frames: { name: string; file: string }[] = [];
  const numbers = new Map<string, number>();
  const numberOf = ({ name, group }: GasStack["frames"][0]): number => {
    const key = `${group}\n${name}`;
    const known = numbers.get(key) ?? frames.push({ name, file: group }) - 1;
    numbers.set(key, known);
    return known;
  };
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "fvm-node",
    name,
    activeProfileIndex: 0,
    profiles: profiles.map(({ name, profile }) => {
      const stacks = gasStacks(profile);
      return {
        type: "sampled",
        name,
        unit: "none",
        startValue: 0,
        endValue: Number(profile.gasUsed),
        samples: stacks.map((stack) => stack.frames.map(numberOf)),
        weights: stacks.map(({ compute, other }) => Number(compute + other)),
      };
    }),
    shared: { frames },
  };
}
