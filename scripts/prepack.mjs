/** Makes `dist` anew for the package: nothing of files that are gone. */
import { existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { BuildError, projectRoot, run, runScript } from "./lib/run.mjs";

await runScript(async () => {
  if (!existsSync(join(projectRoot, "prebuilds"))) {
    throw new BuildError(
      "There are no prebuilt binaries to pack: run `npm run prebuilds` on each platform first.",
    );
  }
  rmSync(join(projectRoot, "dist"), { recursive: true, force: true });
  const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
  await run(process.execPath, [tsc, "-p", "tsconfig.build.json"]);
  for (const script of ["build-page.mjs", "build-bundles.mjs"])
    await run(process.execPath, [join(projectRoot, "scripts", script)]);
});
