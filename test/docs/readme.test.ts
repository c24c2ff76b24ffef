/** The README and the guides show what is there. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { configurationPage } from "../../scripts/lib/configuration-tables.mjs";
import { commands } from "../../src/cli/commands.js";
import { reference } from "../../src/cli/help.js";
import { NEWEST_VERSION, OLDEST_VERSION } from "../../src/vm/network/version.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const manifest = JSON.parse(read("package.json"));
const scripts: Record<string, string> = manifest.scripts;
const examples = readdirSync(new URL("examples", root)).filter((name) => name.endsWith(".mjs"));
/** Loaded by other examples. */
const modules = ["chain-node.mjs"];

/** Where examples stand. */
const guides = ["README.md", ...readdirSync(new URL("docs", root)).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith(".md"))
  .map(read)
  .join("\n");
/** Output of an example, in part; examples that are not here print a receipt. */
const outputs: Record<string, RegExp> = {
  "cids.mjs": /^true found\nempty, 1 byte, at bafy2bzacebc3bt6/m,
  "differences.mjs": /^another undefined → 1\nkey 7 7 → 70\nkey 8 8 → undefined$/m,
  "receipts.mjs": /^message 2: exit code 0, 3000 gas\nthe second ran out of gas$/m,
  "kamt.mjs": /^slot 3: 9 → undefined\nslot \d{78}: undefined → 7$/m,
  "ethereum-tracers.mjs": /^TooMuch\(uint256,uint256\) of \{"asked":"7","left":"3"\}$/m,
  "decoding.mjs": /^ {2}method: AddVerifiedClient \(4\)$/m,
  "state-changes.mjs":
    /^f0101 account: changed\n {2}~ balance: 0\.0 FIL → 5\.0 FIL \(\+5\.0 FIL\)\n\naccount, nonce 1, \{address: f1/m,
  "gas-profile.mjs": /^3 messages · 3,624,189 gas\n\nActors [\s\S]+\naccount\.Send +1,443,000 +39\.82 % +3$/m,
  "explain.mjs": /^funds\nThe message of f1\w+ .* Likely cause: f0100 has 1\.0 FIL, and sends 5\.0 FIL\.$/m,
  "finality.mjs": /^epoch 11 is final: true\nrefused: quorum$/m,
  "trace.mjs": /^OnValueTransfer 6000000\nOnActorUpdate 475000000\n1208063 gas$/m,
  "metrics.mjs":
    /^fvm_messages_total\{kind="explicit",exit_code="0"\} 1\nfvm_gas_used_total\{kind="explicit"\} 1208063$/m,
  "memory.mjs": /^blocks +some, of the process\n[\s\S]+^after a trim: nothing$/m,
  "stores.mjs": /^exit code 0, 1208063 gas\nstate\/1\nstate\/0\n13 of 13 blocks copied$/m,
  "gateway.mjs": /^from far away\nfrom far away\n1 request$/m,
  "state.mjs": /^f0100: nonce 0, 5000000000000000000 attoFIL$/m,
};

describe.each(examples)("examples/%s", (name) => {
  test("is in the README or a guide, word for word", () => {
    expect(guides).toContain(`\`\`\`js\n${read(`examples/${name}`)}\`\`\``);
  });

  if (modules.includes(name)) return;
  test("runs", () => {
    const file = fileURLToPath(new URL(`examples/${name}`, root));
    const answer = execFileSync(process.execPath, [file], { encoding: "utf8" });
    expect(answer).toMatch(outputs[name] ?? /^exit code 0, \d+ gas/);
  });
});

test("the README's badges say what package.json and the network versions say", () => {
  const badges = [...read("README.md").matchAll(/badge\/(.+)-\w+\)$/gm)].map(([, text = ""]) =>
    decodeURIComponent(text.replaceAll("--", "\0")).replace("-", ": ").replaceAll("\0", "-"),
  );
  expect(badges).toEqual([
    `version: ${manifest.version}`,
    `node: ${manifest.engines.node}`,
    `licence: ${manifest.license}`,
    `network versions: ${OLDEST_VERSION} to ${NEWEST_VERSION}`,
  ]);
});

test("docs/cli.md is up to date: npm run docs", () => {
  expect(read("docs/cli.md")).toBe(reference(commands));
});

test("the tables of docs/configuration.md are up to date: npm run docs", () => {
  expect(read("docs/configuration.md")).toBe(configurationPage());
});

const pages = [
  ...["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "bench/README.md"],
  ...readdirSync(new URL("docs", root), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith(".md"));

test.each(pages)("the links of %s lead to files", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
  for (const link of links) expect(existsSync(new URL(link, new URL(page, root))), link).toBe(true);
});

test.each(["README.md", "CONTRIBUTING.md"])("%s names npm scripts that exist", (file) => {
  const named = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? "");
  expect(named.length).toBeGreaterThan(0);
  for (const script of named) expect(scripts).toHaveProperty([script]);
});
