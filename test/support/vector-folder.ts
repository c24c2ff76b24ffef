import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where test vectors are: the environment's FVM_VECTORS, else the project's folder `vectors`. */
const vectors = process.env.FVM_VECTORS ?? fileURLToPath(new URL("../../vectors", import.meta.url));

/** A folder of vectors, or undefined if it is not there. */
export function vectorFolder(name: string): string | undefined {
  const path = join(vectors, name);
  return existsSync(path) ? path : undefined;
}
