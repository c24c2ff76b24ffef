import { FvmError } from "../errors.js";
import { type Check, isObject } from "./check.js";

/** A check of each option: it says what is wrong with the value, if anything is. */
export type Checks<T> = { readonly [name in keyof T]-?: Check };

/**
 * The options that are known, each read once and checked: what was checked is what is used. Absent ones stay
 * absent. Throws `FvmError` INVALID_OPTION.
 *
 * @param path of an object within an option, such as `changes[0]`
 */
export function checkedOptions<T extends object>(options: T, checks: Checks<T>, path?: string): T {
  const misfit = isObject(options);
  if (misfit !== undefined) throw invalid(path ?? "options", misfit);
  const checked: Partial<T> = {};
  for (const name in checks) {
    const value = read(options, name, path);
    const reason = checks[name](value);
    if (reason !== undefined) throw invalid(pathOf(name, path), reason);
    if (value !== undefined) checked[name] = value;
  }
  return checked as T;
}

function read<T extends object, N extends keyof T & string>(options: T, name: N, path?: string): T[N] {
  try {
    return options[name];
  } catch (cause) {
    throw invalid(pathOf(name, path), "it cannot be read", { cause });
  }
}

function pathOf(name: string, path: string | undefined): string {
  return path === undefined ? name : `${path}.${name}`;
}

function invalid(option: string, reason: string, options?: ErrorOptions): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason }, options);
}

/** For one argument. Throws `FvmError` INVALID_OPTION. */
export function checkOption(option: string, value: unknown, check: Check): void {
  const reason = check(value);
  if (reason !== undefined) throw invalid(option, reason);
}
