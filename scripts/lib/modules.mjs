/** Modules of `src` that others load by their places, without `.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "./run.mjs";

const sources = join(projectRoot, "src");

/** Modules that the package exports, from `src`. */
export function entries() {
  const { exports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  return Object.values(exports).flatMap(
    ({ default: file }) => /^\.\/dist\/(.+)\.js$/.exec(file ?? "")?.[1] ?? [],
  );
}

/** Scripts of threads, from `src`: modules that others name by their places. */
export function threads() {
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(sources, file), "utf8");
    const named = text.matchAll(/new URL\("(\.\/[^"]+)\.js", import\.meta\.url\)/g);
    return Array.from(named, ([, name]) => join(dirname(file), name).replaceAll("\\", "/"));
  });
}
