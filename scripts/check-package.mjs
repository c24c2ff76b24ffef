/** Packs what is built and has publint and attw look at it: exports, types, files. The binaries are not needed. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, run, runScript } from "./lib/run.mjs";

const folder = join(projectRoot, "build", "package");

await runScript(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", pack, { cwd: projectRoot, encoding: "utf8" }));
  const tarball = join(folder, filename);
  const bin = (name) => join(projectRoot, "node_modules", ".bin", name);
  await run(bin("publint"), ["run", "--strict", tarball]);
  await run(bin("attw"), [tarball, "--profile", "esm-only", "--no-emoji"]);
});
