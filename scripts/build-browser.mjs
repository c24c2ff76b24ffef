/**
 * Bundles the verifier of proofs for browsers, `dist/proofs/browser.mjs`: the same sources, with noble's hashes and curves
 * in the addon's place, and a few functions in that of Node's modules.
 */
import { join } from "node:path";
import { build } from "esbuild";
import { licence } from "./lib/licence.mjs";
import { projectRoot, runScript } from "./lib/run.mjs";

/** Packages that become part of the script. */
const PACKAGES = [
  ...["@noble/curves", "@noble/hashes", "multiformats"],
  ...["@stablelib/blake2xs", "@stablelib/blake2s", "@stablelib/binary", "@stablelib/int", "@stablelib/wipe"],
];
const folder = join(projectRoot, "src/proofs/browser");

await runScript(async () => {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ["src/proofs/browser.ts"],
    outfile: "dist/proofs/browser.mjs",
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["chrome110", "firefox115", "safari16.4"],
    charset: "ascii",
    banner: { js: `/*\n${PACKAGES.map(licence).join("\n\n")}\n*/` },
    define: { Buffer: "nodeBuffer" },
    inject: [join(folder, "globals.ts")],
    logLevel: "warning",
    plugins: [
      {
        name: "places",
        setup({ onResolve }) {
          onResolve({ filter: /native\/index\.js$/ }, () => ({ path: join(folder, "native.ts") }));
          onResolve({ filter: /^node:(buffer|util|util\/types)$/ }, () => ({
            path: join(folder, "node.ts"),
          }));
        },
      },
    ],
  });
});
