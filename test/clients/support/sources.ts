/** Sources of contracts with all that they import from packages, as the compiler wants them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";

const require = createRequire(import.meta.url);
const IMPORT = /^import\s[^"]*"([^"]+)";/gm;

/** A file and what it imports, from file to file, each by the name that imports have for it. */
export function sourcesOf(name: string, content: string): Record<string, string> {
  const sources: Record<string, string> = {};
  const add = (file: string, text: string) => {
    sources[file] = text;
    for (const [, path = ""] of text.matchAll(IMPORT)) {
      const imported = path.startsWith(".") ? posix.join(posix.dirname(file), path) : path;
      if (!(imported in sources)) add(imported, readFileSync(require.resolve(imported), "utf8"));
    }
  };
  add(name, content);
  return sources;
}
