/** Installs the clients that `npm run test:clients` runs, if what is there is not what test/clients asks for. */
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, run, runScript } from "./lib/run.mjs";

const folder = join(projectRoot, "test", "clients");
const lock = join(folder, "package-lock.json");
const installed = join(folder, "node_modules", ".installed-lock.json");

await runScript(async () => {
  if (existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(lock, "utf8")) return;
  await run("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"]);
  copyFileSync(lock, installed);
});
