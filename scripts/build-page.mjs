/** Bundles the half of the trace page that runs in the browser into `dist/inspect/page`: a script and a style sheet. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { BuildError, projectRoot, runScript } from "./lib/run.mjs";

/** Packages that become part of the script. Their licences ask to be named. */
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

/** Its text, fit for a comment. */
function licence(name) {
  const folder = join(projectRoot, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const text = readFileSync(join(folder, "LICENSE"), "utf8").trim();
  if (text.includes("*/"))
    throw new BuildError(`The licence of ${name} would end the comment that it is in.`);
  return `${name} ${version}\n\n${text}`;
}
