/**
 * Compiles C to Wasm with the compiler that package.json pins: it runs in Node, and gives the same bytes everywhere.
 * Objects are kept by all that decides what is in them.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BuildError, cacheFolder, projectRoot } from "./run.mjs";

const PACKAGE = "@yowasp/clang";

/** Version and digest of the compiler's package, as package-lock.json has them. */
function compilerPin() {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8"));
  const { version, integrity } = packages[`node_modules/${PACKAGE}`];
  return `${version} ${integrity}`;
}

/**
 * Files and folders as the compiler takes them: objects of objects.
 *
 * @param {string} folder @param {(path: string) => boolean} wanted of a path from the folder
 */
export function treeOf(folder, wanted = () => true) {
  const tree = {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(wanted);
  for (const file of files.sort()) {
    const parts = file.split(/[\\/]/);
    const name = parts.pop();
    const place = parts.reduce((at, part) => (at[part] ??= {}), tree);
    place[name] = new Uint8Array(readFileSync(join(folder, file)));
  }
  return tree;
}

/** Compiles one file of a tree to an object. */
export function compileObject({ tree, headers = tree, source, flags }) {
  const text = source.split("/").reduce((at, part) => at[part], tree);
  const key = digestOf(["object", compilerPin(), source, text, headers, flags]);
  return kept(`${key}.o`, async () => {
    const files = await runTool("clang", [...flags, "-c", source, "-o", "out.o"], tree);
    return files["out.o"];
  });
}

/** Links objects to a module. */
export function linkObjects({ objects, flags }) {
  const key = digestOf(["module", compilerPin(), objects, flags]);
  return kept(`${key}.wasm`, async () => {
    const named = Object.fromEntries(objects.map((object, at) => [`${at}.o`, object]));
    const files = await runTool("wasm-ld", [...flags, ...Object.keys(named), "-o", "out.wasm"], named);
    return files["out.wasm"];
  });
}

async function runTool(name, args, files) {
  const { runLLVM } = await import(PACKAGE);
  const decoder = new TextDecoder();
  let output = "";
  const collect = (bytes) => {
    if (bytes) output += decoder.decode(bytes, { stream: true });
  };
  try {
    const options = { stdout: collect, stderr: collect, fetchProgress: () => {} };
    return await runLLVM([name, ...args], files, options);
  } catch (cause) {
    throw new BuildError(`${name} ${args.join(" ")}\n${output || cause.message}`);
  }
}

/** SHA-256 of texts, bytes, lists and trees. */
function digestOf(value) {
  const hash = createHash("sha256");
  const add = (item) => {
    if (typeof item === "string") hash.update(`s${item.length}:${item}`);
    else if (item instanceof Uint8Array) hash.update(`b${item.length}:`).update(item);
    else if (Array.isArray(item)) {
      hash.update(`l${item.length}:`);
      item.forEach(add);
    } else add(Object.entries(item).sort().flat());
  };
  add(value);
  return hash.digest("hex");
}

/** Bytes that an earlier build has kept under this name; makes them if there are none. */
export async function kept(name, make) {
  const file = join(cacheFolder(), "actors", name);
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const bytes = await make();
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return bytes;
}
