/** Code of docs/node.md, which tests run as it stands there. */
import { readFileSync } from "node:fs";

const guide = readFileSync(new URL("../../../docs/node.md", import.meta.url), "utf8");

/** The code in a language under a heading, for a node at a URL. */
export function guideCode(heading: string, language: string, url: string): string {
  const [, section] = guide.split(`\n## ${heading}\n`);
  const [, code] = section?.split(`\`\`\`${language}\n`) ?? [];
  const [text] = code?.split("```") ?? [];
  if (text === undefined) throw new Error(`docs/node.md has no ${language} under ${heading}`);
  return text.replaceAll("http://127.0.0.1:8545", url);
}
