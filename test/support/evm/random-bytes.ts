import { randomNumbers } from "../test-data.js";

/** The same bytes for the same seed. */
export function randomBytes(length: number, seed = 1): Uint8Array {
  const random = randomNumbers(seed);
  return Uint8Array.from({ length }, () => random(256));
}
