import { FvmError } from "../errors.js";
import { type Check, isObject } from "./check.js";

/** A check of each option: it says what is wrong with the value, if anything is. */
export type Checks<T> = { readonly [name in keyof T]-?: Check };

/**
 * The options that are known, each read once and checked: what was checked is what is used. Absent ones stay
 * absent. Throws `FvmError` INVALID_OPTION.
 */
export function checkedOptions<T extends object>(options: T, checks: Checks<T>): T {
  const misfit = isObject(options);
  if (misfit !== undefined) throw new FvmError("INVALID_OPTION", { option: "options", reason: misfit });
  const checked: Partial<T> = {};
  for (const name in checks) {
    const value = read(options, name);
    const reason = checks[name](value);
    if (reason !== undefined) throw new FvmError("INVALID_OPTION", { option: name, reason });
    if (value !== undefined) checked[name] = value;
  }
  return checked as T;
}

function read<T extends object, N extends keyof T>(options: T, name: N): T[N] {
  try {
    return options[name];
  } catch (cause) {
    throw new FvmError("INVALID_OPTION", { option: String(name), reason: "it cannot be read" }, { cause });
  }
}

/** For one argument. Throws `FvmError` INVALID_OPTION. */
export function checkOption(option: string, value: unknown, check: Check): void {
  const reason = check(value);
  if (reason !== undefined) throw new FvmError("INVALID_OPTION", { option, reason });
}
