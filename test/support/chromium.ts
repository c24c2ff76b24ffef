/** A browser for tests, if the machine has one. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser that `CHROMIUM_PATH` names, or a Chromium or Chrome of `PATH`. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM_PATH: named, PATH: path = "" } = process.env;
  if (named !== undefined && named !== "") return named;
  const files = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return files.find(isExecutable);
}

export function launch(executablePath: string): Promise<Browser> {
  // Chromium's sandbox refuses root, which is what containers run tests as. Pages of tests are our own.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ["--no-sandbox"] : [] });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
