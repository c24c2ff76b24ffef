/**
 * Writes the table of network versions into README.md, from measurements:
 *
 *   npx fvm conformance --json > report.json
 *   node scripts/versions-table.mjs report.json
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BuildError, projectRoot, runScript } from "./lib/run.mjs";

const BEGIN = "<!-- versions: made by scripts/versions-table.mjs -->";
const END = "<!-- /versions -->";

await runScript(() => {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new BuildError("usage: node scripts/versions-table.mjs REPORT");
  const { vectors } = JSON.parse(readFileSync(file, "utf8"));
  const readme = join(projectRoot, "README.md");
  const [before, rest] = readFileSync(readme, "utf8").split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new BuildError(`README.md has no ${BEGIN} … ${END}`);
  writeFileSync(readme, [before, BEGIN, "\n", table(vectors), "\n", END, after].join(""));
});

function table(vectors) {
  const rows = networkVersions().map(({ version, name, actors, prices, changes }) => {
    const run = vectors.filter((vector) => vector.nv === version && vector.skipped !== true);
    const passed = run.filter(({ ok }) => ok).length;
    const result = run.length === 0 ? "none at hand" : `${passed} of ${run.length}`;
    return `| ${version} | ${name} | ${actors} | ${prices} | ${changes} | ${result} |`;
  });
  return [
    "| version | name | actors | prices | what changed for the VM | vectors passed |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function networkVersions() {
  const answer = execFileSync(process.execPath, [
    join(projectRoot, "dist/cli/main.js"),
    "networks",
    "--json",
  ]);
  return JSON.parse(answer).versions;
}
