/** JSON for people and programs: indented, and integers beyond 2^53 as decimal text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? item.toString() : item), 2);
}
