/**
 * Writes the pages that are made from the sources: docs/cli.md from the commands, the tables of docs/configuration.md
 * from the network versions, those of docs/node.md from the node's lists, docs/api from the types and their comments, llms.txt
 * from the first lines of all pages. With `--check` it writes nothing, and fails if what is there differs. Needs `npm run build:ts`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commands } from "../dist/cli/commands.js";
import { reference } from "../dist/cli/help.js";
import { configurationPage } from "./lib/configuration-tables.mjs";
import { llmsText } from "./lib/llms.mjs";
import { nodePage } from "./lib/node-tables.mjs";
import { BuildError, projectRoot, run, runScript } from "./lib/run.mjs";

const docs = join(projectRoot, "docs");

await runScript(async () => {
  const pages = new Map([
    ["cli.md", reference(commands)],
    ["configuration.md", configurationPage()],
    ["node.md", nodePage()],
    ["../llms.txt", llmsText()],
    ...(await apiPages()),
  ]);
  const stale = existingPages().filter((name) => !pages.has(name));
  if (process.argv.includes("--check")) check(pages, stale);
  else write(pages, stale);
});

/** One page for each subpath, by name in docs. A comment that is missing, or leads nowhere, is an error. */
async function apiPages() {
  const tool = join(projectRoot, "scripts", "api-reference");
  const out = join(projectRoot, "build", "api");
  const typedoc = join(tool, "node_modules", ".bin", "typedoc");
  await run(typedoc, ["--options", join(tool, "typedoc.json"), "--out", out, "--logLevel", "Warn"]);
  return readdirSync(out).map((name) => [`api/${name}`, readFileSync(join(out, name), "utf8")]);
}

function existingPages() {
  const api = join(docs, "api");
  return [
    "cli.md",
    "configuration.md",
    "node.md",
    ...(existsSync(api) ? readdirSync(api).map((name) => `api/${name}`) : []),
  ];
}

function check(pages, stale) {
  const differing = [...pages].filter(([name, text]) => !isWritten(name, text)).map(([name]) => name);
  const names = [...differing, ...stale].map((name) => `docs/${name}`);
  if (names.length > 0)
    throw new BuildError(`out of date: ${names.join(", ")}. npm run docs makes them anew.`);
}

function isWritten(name, text) {
  const path = join(docs, name);
  return existsSync(path) && readFileSync(path, "utf8") === text;
}

function write(pages, stale) {
  for (const name of stale) rmSync(join(docs, name));
  for (const [name, text] of pages) {
    mkdirSync(dirname(join(docs, name)), { recursive: true });
    writeFileSync(join(docs, name), text);
  }
}
