/** Installs the clients that `npm run test:clients` runs, where what is there is not what test/clients asks for. */
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { BuildError, projectRoot, run, runScript } from "./lib/run.mjs";

const clients = join(projectRoot, "test", "clients");
const hardhat = join(clients, "hardhat");
/** Node as npm packages it, which runs Hardhat. */
const hardhatsNode = join(clients, "node_modules", "node", "bin", "node");

await runScript(async () => {
  await install(clients, process.execPath);
  // An npm that an older Node runs leaves out the native parts of Hardhat, and says nothing.
  await install(hardhat, hardhatsNode);
});

async function install(folder, node) {
  const lock = join(folder, "package-lock.json");
  const installed = join(folder, "node_modules", ".installed-lock.json");
  if (existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(lock, "utf8")) return;
  const { npm_execpath: npm, PATH } = process.env;
  if (npm === undefined) throw new BuildError("Please call this script by npm run test:clients.");
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${PATH}` };
  await run(node, [npm, "ci", "--prefix", folder, "--no-audit", "--no-fund"], { env });
  copyFileSync(lock, installed);
}
