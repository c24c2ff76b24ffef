/** A value's kind, for error messages: `a String`, `an Array`, `null`. Works across realms, and never throws. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const name = nameOf(value);
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}${ArrayBuffer.isView(value) ? " whose memory is gone" : ""}`;
}

function nameOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
  } catch {
    return "Proxy that is revoked";
  }
}

/** An error's text; never throws, whatever was thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return kindOf(error);
  }
}
