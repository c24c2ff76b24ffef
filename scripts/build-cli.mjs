/**
 * Bundles the program `fvm` into `dist/cli/main.js` and a few files in `dist/bundle`: Node takes a millisecond for each
 * module that it loads, and they are six hundred. Packages stay outside.
 */
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { projectRoot, runScript } from "./lib/run.mjs";

const sources = join(projectRoot, "src");
const CHUNKS = "bundle";

/** Modules find files from where they are, such as scripts of threads: from where tsc has put them. */
const places = {
  name: "places",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const module = relative(sources, path).replaceAll("\\", "/").replace(/ts$/, "js");
      // Each file of the bundle is one folder below dist.
      const place = `new URL(${JSON.stringify(`../${module}`)}, import.meta.url).href`;
      return { contents: text.replaceAll("import.meta.url", place), loader: "ts" };
    });
  },
};

await runScript(async () => {
  rmSync(join(projectRoot, "dist", CHUNKS), { recursive: true, force: true });
  await build({
    absWorkingDir: projectRoot,
    entryPoints: { "cli/main": "src/cli/main.ts" },
    outdir: "dist",
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "none",
    plugins: [places],
    logLevel: "warning",
  });
});
