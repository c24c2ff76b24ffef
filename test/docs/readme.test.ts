/** What the README shows is what is there. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { reference } from "../../src/cli/help.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const readme = read("README.md");
const scripts: Record<string, string> = JSON.parse(read("package.json")).scripts;
const examples = readdirSync(new URL("examples", root)).filter((name) => name.endsWith(".mjs"));
/** Loaded by other examples. */
const modules = ["chain-node.mjs"];

describe.each(examples)("examples/%s", (name) => {
  test("is in the README or a guide, word for word", () => {
    const guides = ["docs/threads.md", "docs/configuration.md", "docs/changes.md"].map(read).join();
    expect(readme + guides).toContain(`\`\`\`js\n${read(`examples/${name}`)}\`\`\``);
  });

  if (modules.includes(name)) return;
  test("runs", () => {
    const file = fileURLToPath(new URL(`examples/${name}`, root));
    const answer = execFileSync(process.execPath, [file], { encoding: "utf8" });
    expect(answer).toMatch(/^exit code 0, \d+ gas/);
  });
});

test("docs/cli.md is up to date: npm run docs", () => {
  expect(read("docs/cli.md")).toBe(reference(commands));
});

test("the tables of docs/configuration.md are up to date: npm run docs", () => {
  const script = fileURLToPath(new URL("scripts/configuration-tables.mjs", root));
  execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" });
});

test.each(["README.md", "CONTRIBUTING.md"])("%s names npm scripts that exist", (file) => {
  const named = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? "");
  expect(named.length).toBeGreaterThan(0);
  for (const script of named) expect(scripts).toHaveProperty([script]);
});
