/** Bundles the half of the trace page that runs in the browser into `dist/inspect/page`: a script and a style sheet. */
import { build } from "esbuild";
import { licence } from "./lib/licence.mjs";
import { projectRoot, runScript } from "./lib/run.mjs";

/** Packages that become part of the script. */
const PACKAGES = ["preact", "d3-hierarchy"];

await runScript(async () => {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: { client: "src/inspect/page/client/main.tsx", style: "src/inspect/page/client/style.css" },
    outdir: "dist/inspect/page",
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    // light-dark() of the style sheet needs these or newer ones.
    target: ["chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "ascii",
    banner: { js: `/*\n${PACKAGES.map(licence).join("\n\n")}\n*/` },
    logLevel: "warning",
  });
});
