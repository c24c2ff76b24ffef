/** Small helpers that all build scripts share: say something, fail, run a program, hash files. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folder for everything that is slow to make again, outside the project. */
export function cacheFolder() {
  const { XDG_CACHE_HOME: named } = process.env;
  const base = named && isAbsolute(named) ? named : join(homedir(), ".cache");
  if (isAbsolute(base)) return join(base, "fvm-node");
  throw new BuildError("There is no home folder. HOME or XDG_CACHE_HOME may name one, as an absolute path.");
}

/** To stderr: stdout belongs to what a script answers. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A failure that the user can act on: one line, no stack. */
export class BuildError extends Error {}

/** Runs a script's main function and turns its failures into one line and exit code 1. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    say(error instanceof BuildError ? error.message : (error?.stack ?? String(error)));
    process.exitCode = 1;
  }
}

/**
 * Runs a program; rejects when it fails. `onLine` receives each line of its standard output, which
 * otherwise goes to our stderr.
 */
export function run(command, args, { cwd = projectRoot, env = process.env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", onLine ? "pipe" : 2, 2] });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new BuildError(`${command} ended with ${signal ?? `exit code ${code}`}`));
    });
    if (onLine) splitLines(child.stdout, onLine);
  });
}

function splitLines(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => rest && onLine(rest));
}

/** SHA-256 over texts and the names and bytes of files; folders count with all they hold. */
export function fingerprint({ texts = [], paths = [] }) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  for (const file of paths.flatMap((path) => filesUnder(join(projectRoot, path)))) {
    hash.update(`${relative(projectRoot, file)}\0${statSync(file).size}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 32);
}

/** The files under a folder in a fixed order, or the file itself; none if it does not exist. */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
