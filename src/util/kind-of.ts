/** What a value is, for error messages: `a String`, `an Array`, `null`. Works across realms. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}
