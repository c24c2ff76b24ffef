/**
 * Bundles the program `fvm`: `dist/cli/main.js` loads a script in `dist/bundle`, which is all of it but two packages.
 * Node takes a millisecond for each module that it loads, and they are six hundred; and of a script it can load what V8
 * has compiled in an earlier process. A module in it is evaluated when it is first imported.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { licence } from "./lib/licence.mjs";
import { projectRoot, runScript } from "./lib/run.mjs";

const sources = join(projectRoot, "src");
const FOLDER = "dist/bundle";
/** Their files find others from where they are, such as binaries. */
const OUTSIDE = ["lmdb", "ws"];

/** Modules find files from where they are, such as scripts of threads: from where tsc has put them. */
const places = (base) => ({
  name: "places",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const module = relative(sources, path).replaceAll("\\", "/").replace(/ts$/, "js");
      const place = `new URL(${JSON.stringify(`../${module}`)}, ${base}).href`;
      return { contents: text.replaceAll("import.meta.url", place), loader: "ts" };
    });
  },
});

const common = {
  absWorkingDir: projectRoot,
  bundle: true,
  external: OUTSIDE,
  platform: "node",
  target: "node20",
  // The program reads its script as bytes. Comments may be anything.
  charset: "ascii",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

await runScript(async () => {
  rmSync(join(projectRoot, FOLDER), { recursive: true, force: true });
  const { metafile } = await build({
    ...common,
    entryPoints: { program: "src/cli/run-command-line.ts" },
    outdir: FOLDER,
    // The name stands for the text: code that V8 has compiled is kept under it.
    entryNames: "[name]-[hash]",
    format: "cjs",
    // Packages outside of the bundle, too, are for `require`.
    supported: { "dynamic-import": false },
    banner: { js: '(function (require, bundle) { "use strict"; const module = {};' },
    footer: { js: "return module.exports; })" },
    plugins: [places("bundle")],
  });
  const [program] = Object.keys(metafile.outputs);
  const licences = [...packagesOf(metafile)].map(licence).join("\n\n---\n\n");
  writeFileSync(join(projectRoot, FOLDER, "LICENSES"), `${licences}\n`);
  await build({
    ...common,
    entryPoints: { "cli/main": "src/cli/main.ts" },
    outdir: "dist",
    format: "cjs",
    // An `import` of one of Node's modules loads all that its exports may need.
    banner: {
      js: `const bundle = import.meta.url;
const require = process.getBuiltinModule("node:module").createRequire(bundle);
const module = {};`,
    },
    define: { PROGRAM: JSON.stringify(`../bundle/${basename(program)}`) },
    plugins: [places("bundle")],
  });
});

/** Names of the packages whose files are in a bundle. */
function packagesOf({ inputs }) {
  const names = Object.keys(inputs).flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return new Set(names.sort());
}
