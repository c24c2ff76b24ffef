/** Pages of docs with tables that are made from the sources, between comments that name them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BuildError, projectRoot } from "./run.mjs";

/** A page of docs, with its tables as they are to be. */
export function pageWithTables(page, tables) {
  const text = readFileSync(join(projectRoot, "docs", page), "utf8");
  return tables.reduce((before, table) => withTable(page, before, table), text);
}

/** A table in Markdown. */
export function markdown(heads, rows) {
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function withTable(page, text, { name, table }) {
  const [begin, end] = [`<!-- ${name}: made by npm run docs -->`, `<!-- /${name} -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new BuildError(`docs/${page} has no ${begin} … ${end}`);
  return [before, begin, "\n", table, "\n", end, after].join("");
}
