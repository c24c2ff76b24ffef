/**
 * Raises the version by what .changeset has, and moves that into CHANGELOG.md. The command line of changesets would not
 * do it: to it a package with workspaces is none.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import apply from "@changesets/apply-release-plan";
import assemble from "@changesets/assemble-release-plan";
import { read as readConfig } from "@changesets/config";
import readChanges from "@changesets/read";
import { BuildError, projectRoot, run, runScript } from "./lib/run.mjs";

await runScript(async () => {
  const packageJson = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const here = { dir: projectRoot, packageJson };
  const packages = { root: here, packages: [here], tool: "root" };
  const changes = await readChanges(projectRoot);
  if (changes.length === 0) throw new BuildError("There are no changes in .changeset.");
  const config = await readConfig(projectRoot, packages);
  const plan = assemble(changes, packages, config, undefined);
  await apply(plan, packages, config);
  const [{ oldVersion, newVersion }] = plan.releases;
  const readme = join(projectRoot, "README.md");
  const text = readFileSync(readme, "utf8");
  writeFileSync(
    readme,
    text
      .replaceAll(`version ${oldVersion}`, `version ${newVersion}`)
      .replaceAll(`version-${oldVersion}-`, `version-${newVersion}-`),
  );
  await run("npm", ["install", "--package-lock-only", "--ignore-scripts"]);
});
