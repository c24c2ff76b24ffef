/**
 * Takes the pictures of docs/trace-page.md and docs/gas-profile.md: pages of a real message in light and dark. Needs Chromium,
 * pngquant and the public test vectors: `node scripts/trace-pictures.mjs VECTOR_FOLDER`.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { BuildError, projectRoot, run, runScript, say } from "./lib/run.mjs";

/** A message of mainnet, which publishes deals. */
const VECTOR =
  "hygge/fil_10_storagemarket/PublishStorageDeals/Ok/ext-0002-fil_10_storagemarket-PublishStorageDeals-Ok-6.json";
const MOST_BYTES = 150_000;

const pictures = [
  { name: "trace-page-light", colorScheme: "light", view: "Calls", shows: "body" },
  { name: "trace-page-dark", colorScheme: "dark", view: "Gas", shows: "body" },
  { name: "gas-profile", colorScheme: "light", view: "Gas", shows: "svg[role=img]" },
];

await runScript(async () => {
  const [vectors] = process.argv.slice(2);
  if (vectors === undefined) throw new BuildError("Which folder has the vectors?");
  const folder = mkdtempSync(join(tmpdir(), "fvm-pictures-"));
  const html = join(folder, "trace.html");
  await run(process.execPath, ["dist/cli/main.js", "trace", join(vectors, VECTOR), "--html", html]);
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  try {
    for (const { name, colorScheme, view, shows } of pictures) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1120, height: 720 } });
      await page.goto(pathToFileURL(html).href);
      await page.getByRole("tab", { name: view }).click();
      await page.getByRole("main").waitFor();
      const path = join(projectRoot, "docs", `${name}.png`);
      await page.locator(shows).screenshot({ path });
      await run("pngquant", ["--force", "--ext", ".png", "--strip", "128", path]);
      const { size } = statSync(path);
      if (size > MOST_BYTES) throw new BuildError(`${path} has ${size} bytes.`);
      say(`${path}: ${size} bytes`);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
});
