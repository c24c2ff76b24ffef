/** Packs what is built and has publint and attw look at it: exports, types, files. The addons are not needed. */
import { join } from "node:path";
import { projectRoot, run, runScript } from "./lib/run.mjs";
import { packLibrary } from "./pack.mjs";

await runScript(async () => {
  const tarball = packLibrary();
  const bin = (name) => join(projectRoot, "node_modules", ".bin", name);
  await run(bin("publint"), ["run", "--strict", tarball]);
  // The entry for browsers is an ES module only: there is no CommonJS.
  const excluded = ["--exclude-entrypoints", "./proofs/browser"];
  await run(bin("attw"), [tarball, "--profile", "node16", "--no-emoji", ...excluded]);
});
