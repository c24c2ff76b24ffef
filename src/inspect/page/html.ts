import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { oncePer } from "../../util/once-per.js";
import type { PageData } from "./data.js";

/** The half of the page that runs in the browser. `npm run build:ts` makes it, for the sources as for the package. */
const client = new URL("../../../dist/inspect/page/", import.meta.url);

/**
 * The page as HTML. The browser runs our script and nothing else, and asks nobody: what the data contain is text,
 * whatever it looks like.
 */
export function htmlOf(data: PageData): string {
  const { script, style } = clientFiles(client);
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escaped(data.title)}</title>`,
    `<style>${style}</style>`,
    '<div id="app"></div>',
    "<noscript>This page needs JavaScript.</noscript>",
    `<script type="application/json" id="data">${inertJson(data)}</script>`,
    `<script>${script}</script>`,
    "</html>",
    "",
  ].join("\n");
}

const clientFiles = oncePer((folder: URL) => ({
  script: readFileSync(new URL("client.js", folder), "utf8").trim(),
  style: readFileSync(new URL("style.css", folder), "utf8").trim(),
}));

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** JSON in which no tag and no comment can begin or end. */
function inertJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
