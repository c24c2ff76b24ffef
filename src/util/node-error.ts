/** The code of an error of Node's or the system's; `undefined` for anything else. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
