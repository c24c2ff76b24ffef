import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const program = new URL("../../dist/cli/main.js", import.meta.url);
const IMPORT = /(?:from|import|import\()\s*"(\.[^"]+)"/g;

/** Modules that a file of the program loads, but packages. */
function imports(file: URL): URL[] {
  return Array.from(readFileSync(file, "utf8").matchAll(IMPORT), ([, path]) => new URL(path as string, file));
}

test("the program consists of the files of its bundle, all of which are there", () => {
  const found = new Set<string>([program.href]);
  for (const href of found) for (const file of imports(new URL(href))) found.add(file.href);
  expect(found.size).toBeGreaterThan(20);
  const bundle = new URL("../bundle/", program).href;
  const others = [...found].filter((href) => !href.startsWith(bundle) && href !== program.href);
  expect(others).toEqual([]);
  expect([...found].filter((href) => !existsSync(new URL(href)))).toEqual([]);
});
