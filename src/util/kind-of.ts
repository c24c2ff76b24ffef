/** A value's kind, for error messages: `a String`, `an Array`, `null`. Works across realms, and never throws. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const name = nameOf(value);
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}${isDetached(value) ? " whose memory is gone" : ""}`;
}

/** Whether it is a view of memory that was given to somebody else. */
function isDetached(value: unknown): boolean {
  return ArrayBuffer.isView(value) && value.byteLength === 0 && value.buffer.byteLength === 0;
}

function nameOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
  } catch {
    return "Proxy that cannot be looked at";
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

/** More causes than anybody reads; a cause may be its own. */
const MOST_CAUSES = 8;

/** An error's text with those of its causes, such as `it failed, because: the disk is full`. */
export function messageWithCauses(error: unknown): string {
  const texts: string[] = [];
  let at = error;
  while (at !== undefined && texts.length < MOST_CAUSES) {
    texts.push(messageOf(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return texts.join(", because: ");
}
