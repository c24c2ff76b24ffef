/** Checks of what callers give, of values within values. */
import { type Check, isArray, isObject } from "../../util/check.js";
import type { Checks } from "../../util/options.js";

/** Accepts an array of which each item passes. */
export function listOf(check: Check): Check {
  return (value) => isArray(value) ?? firstOf((value as readonly unknown[]).entries(), check);
}

/** Accepts an object of which each field passes. */
export function shapeOf<T extends object>(checks: Checks<T>): Check {
  return (value) => {
    const problem = isObject(value);
    if (problem !== undefined) return problem;
    for (const name in checks) {
      const reason = checks[name]((value as T)[name]);
      if (reason !== undefined) return `${name}: ${reason}`;
    }
    return undefined;
  };
}

function firstOf(items: Iterable<readonly [number, unknown]>, check: Check): string | undefined {
  for (const [i, item] of items) {
    const reason = check(item);
    if (reason !== undefined) return `${i}: ${reason}`;
  }
  return undefined;
}
