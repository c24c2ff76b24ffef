import { test } from "vitest";

/** A skipped test that says so, whatever the reporter. */
export function skipLoudly(text: string): void {
  console.warn(`SKIPPED ${text}`);
  test.skip(text);
}
