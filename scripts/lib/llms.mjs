/** The cheat sheet `llms.txt`: what the package is, and what stands on which page. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./run.mjs";

/** Pages for people who work on the project come last. */
const OTHERS = ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/** The sheet, in the form of llmstxt.org. */
export function llmsText() {
  const { description, exports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const guides = readdirSync(join(projectRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`);
  const subpaths = Object.keys(exports).filter((name) => name !== "./package.json");
  return `# fvm-node

> ${description}

Install with \`npm install fvm-node\`; Node 20.19 or newer. Amounts are attoFIL as bigint, gas is whole gas. Addresses and CIDs are their bytes as latin1 strings, made by \`parseAddress\` and \`parseCid\`. Misuse throws \`FvmError\` with a \`code\`, a fault of the host \`HostFault\`. Whoever opens something closes it.

Imports: ${subpaths.map((name) => `\`fvm-node${name.slice(1)}\``).join(", ")}. Each has a page in docs/api.

## Guides

${["README.md", ...guides].map(entry).join("\n")}

## Optional

${OTHERS.map(entry).join("\n")}
`;
}

function entry(path) {
  const text = readFileSync(join(projectRoot, path), "utf8");
  const title = /^# (.+)$/m.exec(text)?.[1] ?? path;
  const says = firstSentence(text.slice(text.indexOf("\n", text.indexOf(`# ${title}`))));
  return `- [${title}](${path})${says === undefined ? "" : `: ${says}`}`;
}

/** First sentence of the first paragraph that is prose, without links. */
function firstSentence(text) {
  const prose = text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find((part) => /^[A-Z`]/.test(part) && !part.startsWith("```"));
  const plain = prose?.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1").replaceAll("\n", " ");
  return plain === undefined ? undefined : /^.*?(?:\.(?=\s|$)|:$)/.exec(plain)?.[0].replace(/:$/, ".");
}
