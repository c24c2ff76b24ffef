/**
 * How long installing takes and what it brings, beside other packages with native parts: a table in Markdown.
 *
 *   node scripts/install-figures.mjs
 *
 * Each is installed into an empty folder from npm's cache, which an installation before has filled.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platformHere } from "./lib/platforms.mjs";
import { serveRegistry } from "./lib/registry.mjs";
import { run, runScript } from "./lib/run.mjs";
import { packAll, prebuilt } from "./pack.mjs";

const OTHERS = ["better-sqlite3@13.2.0", "lmdb@3.5.6", "@nomicfoundation/edr@0.22.0", "sharp@0.35.5"];
const ROUNDS = 5;

await runScript(async () => {
  const work = mkdtempSync(join(tmpdir(), "fvm-figures-"));
  try {
    const registry = await serveRegistry(packAll([prebuilt(platformHere())]), join(work, "dependencies"));
    console.log("| package | seconds | packages | files | MB |\n|---|---|---|---|---|");
    console.log(row(await measure("fvm-node", work, ["--registry", registry.url])));
    for (const name of OTHERS) console.log(row(await measure(name, work, [])));
    registry.close();
  } finally {
    rmSync(work, { recursive: true });
  }
});

async function measure(name, work, options) {
  const cache = join(work, "cache", name);
  const times = [];
  let found;
  for (let round = 0; round <= ROUNDS; round++) {
    const folder = join(work, "project");
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "{}");
    const args = ["install", name, "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    const started = performance.now();
    // Our registry is in this process.
    await run("npm", [...args, "--cache", cache, ...options], { cwd: folder });
    if (round > 0) times.push((performance.now() - started) / 1000);
    found = contents(join(folder, "node_modules"));
    rmSync(folder, { recursive: true });
  }
  return { name, seconds: times.sort((a, b) => a - b)[ROUNDS >> 1], ...found };
}

function contents(folder) {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  const files = paths.map((path) => lstatSync(path)).filter((stat) => stat.isFile());
  const packages = paths.filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path)).length;
  return { packages, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

function row({ name, seconds, packages, files, bytes }) {
  return `| ${name} | ${seconds.toFixed(1)} | ${packages} | ${files} | ${(bytes / 1e6).toFixed(1)} |`;
}
