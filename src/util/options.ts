import { FvmError } from "../errors.js";
import { type Check, isObject } from "./check.js";

/** A check of each option: it says what is wrong with the value, if anything is. */
export type Checks<T> = { readonly [name in keyof T]-?: Check };

/**
 * The options that are known, each read once and checked: what was checked is what is used. Absent ones stay
 * absent. Throws `FvmError` INVALID_OPTION.
 *
 * @param path of the options within others, for the error
 */
export function checkedOptions<T extends object>(options: T, checks: Checks<T>, path?: string): T {
  checkOption(path ?? "options", options, isObject);
  const checked: Partial<T> = {};
  for (const name in checks) {
    const value = read(options, name, path);
    const reason = checks[name](value);
    if (reason !== undefined) throw new FvmError("INVALID_OPTION", { option: named(name, path), reason });
    if (value !== undefined) checked[name] = value;
  }
  return checked as T;
}

function named(name: string, path: string | undefined): string {
  return path === undefined ? name : `${path}.${name}`;
}

/** As `checkedOptions`; options that are not known are refused, because a misspelt one would change nothing. */
export function checkedOptionsOnly<T extends object>(options: T, checks: Checks<T>, path?: string): T {
  const checked = checkedOptions(options, checks, path);
  for (const name of readOption(path ?? "options", () => Object.keys(options))) {
    if (Object.hasOwn(checks, name)) continue;
    const option = path === undefined ? name : `${path}.${name}`;
    throw new FvmError("INVALID_OPTION", { option, reason: "there is no such option" });
  }
  return checked;
}

/** Reads what a caller gave, which may be a getter, a proxy or an iterable. Throws `FvmError` INVALID_OPTION. */
export function readOption<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(option, cause);
  }
}

/** As `readOption`, without a function for each option. */
function read<T extends object, N extends keyof T & string>(
  options: T,
  name: N,
  path: string | undefined,
): T[N] {
  try {
    return options[name];
  } catch (cause) {
    throw unreadable(named(name, path), cause);
  }
}

function unreadable(option: string, cause: unknown): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason: "it cannot be read" }, { cause });
}

/** For one argument. Throws `FvmError` INVALID_OPTION. */
export function checkOption(option: string, value: unknown, check: Check): void {
  const reason = check(value);
  if (reason !== undefined) throw new FvmError("INVALID_OPTION", { option, reason });
}
