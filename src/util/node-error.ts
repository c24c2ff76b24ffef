/** The code of an error of Node's or the system's; `undefined` for anything else. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

const DISK_FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** Whether the system says that there is no room for what was written. */
export function isDiskFull(error: unknown): boolean {
  return DISK_FULL.has(codeOf(error));
}
