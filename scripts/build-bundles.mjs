/**
 * Bundles the library and the program `fvm`, because Node takes a millisecond for each module that it loads, and they
 * are hundreds.
 *
 * The library's entries and the scripts of its threads, which tsc has put into `dist`, are bundled: the code that they
 * share goes into files in `dist/bundle`. The program is one CommonJS module there, of which Node can load what V8 has
 * compiled in an earlier process; a module in it is evaluated when it is first imported. It has the library's entries,
 * too, for who cannot import.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { licence } from "./lib/licence.mjs";
import { entries, threads } from "./lib/modules.mjs";
import { projectRoot, runScript } from "./lib/run.mjs";

const sources = join(projectRoot, "src");
const dist = join(projectRoot, "dist");
const folder = join(dist, "bundle");

const common = {
  absWorkingDir: projectRoot,
  bundle: true,
  platform: "node",
  target: "node20",
  legalComments: "none",
  // Names stay, for stack traces and `console.log`.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: "warning",
};

await runScript(async () => {
  rmSync(folder, { recursive: true, force: true });
  await bundleLibrary();
  const program = await bundleProgram();
  await bundleMain(program);
  for (const name of entries()) bundleCommonEntry(name, program);
});

/** An entry for who cannot import: what it exports is in the program. */
function bundleCommonEntry(name, program) {
  const path = relative(dirname(join(dist, name)), join(projectRoot, program)).replaceAll("\\", "/");
  const script = path.startsWith(".") ? path : `./${path}`;
  writeFileSync(join(dist, `${name}.cjs`), `module.exports = require("${script}").entries["${name}"]();\n`);
  writeFileSync(join(dist, `${name}.d.cts`), `export * from "./${basename(name)}.js";\n`);
}

async function bundleLibrary() {
  const DIST = "rootOfFiles";
  const { outputFiles } = await build({
    ...common,
    entryPoints: Object.fromEntries([...entries(), ...threads()].map((name) => [name, `src/${name}.ts`])),
    outdir: "dist",
    chunkNames: "bundle/[name]-[hash]",
    splitting: true,
    packages: "external",
    format: "esm",
    plugins: [places(DIST)],
    write: false,
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of outputFiles) {
    const up = relative(dirname(path), dist).replaceAll("\\", "/") || ".";
    writeFileSync(path, text.replaceAll(DIST, `new URL("${up}/", import.meta.url)`));
    // It is of what tsc made.
    rmSync(`${path}.map`, { force: true });
  }
}

/** Answers the script's path. */
async function bundleProgram() {
  const { metafile } = await build({
    ...common,
    stdin: {
      contents: `export const program = () => require("./cli/run-command-line.ts");
export const entries = { ${entries().map((name) => `"${name}": () => require("./${name}.ts")`)} };`,
      resolveDir: sources,
      loader: "ts",
    },
    outdir: folder,
    // The name stands for the text: code that V8 has compiled is kept under it.
    entryNames: "program-[hash]",
    outExtension: { ".js": ".cjs" },
    // Their files find others from where they are, such as binaries.
    external: ["lmdb", "ws"],
    format: "cjs",
    // On Node 20 code that is kept cannot import, so it is given functions that load.
    supported: { "dynamic-import": false },
    // The program reads its script as bytes. Comments may be anything.
    charset: "ascii",
    banner: {
      js: `"use strict";
const load = require.load ?? ((name) => import(name));
const bundle = require("node:url").pathToFileURL(__filename).href;`,
    },
    plugins: [places('new URL("..", bundle)', "bundle", "load")],
  });
  const licences = [...packagesOf(metafile)].map(licence).join("\n\n---\n\n");
  writeFileSync(join(folder, "LICENSES"), `${licences}\n`);
  return Object.keys(metafile.outputs)[0];
}

async function bundleMain(program) {
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
    plugins: [places('new URL("..", bundle)', "bundle")],
  });
}

/**
 * Modules find files from where they are: from where tsc has put them. Packages are found from the bundle, which may
 * become part of another one.
 *
 * @param root URL of `dist`
 * @param bundle URL of the bundle
 * @param load imports modules that are not known before
 */
function places(root, bundle = "import.meta.url", load = "import") {
  return {
    name: "places",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const module = relative(sources, path).replaceAll("\\", "/").replace(/ts$/, "js");
        const place = `new URL(${JSON.stringify(module)}, ${root}).href`;
        const contents = text
          .replaceAll("createRequire(import.meta.url)", `createRequire(${bundle})`)
          .replaceAll(/(?<!createRequire\()import\.meta\.url/g, place)
          .replaceAll(/\bimport\((?![")])/g, `${load}(`);
        return { contents, loader: "ts" };
      });
    },
  };
}

/** Names of the packages whose files are in a bundle. */
function packagesOf({ inputs }) {
  const names = Object.keys(inputs).flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return new Set(names.sort());
}
