import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTRACT } from "../native/contract.js";
import { native } from "../native/index.js";

let known: string | undefined;

/**
 * Version of the code that executes here: the package's, and a digest of its JavaScript, of what it is built on, and of
 * what JavaScript and C++ agree on. The same for all systems that the package runs on.
 */
export function codeVersion(): string {
  known ??= `${packageVersion()}+${digest()}`;
  return known;
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

function digest(): string {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.(js|cjs|ts)$/.test(name))
    .map((name) => name.replaceAll("\\", "/"))
    .sort();
  const hash = createHash("sha256").update(JSON.stringify([native.versions, CONTRACT]));
  for (const name of files)
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 12);
}
