/** Folders of verifying keys and powers: what is there, and whether it is the right file. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FvmError } from "../errors.js";
import { cacheFolder, requireCacheFolder } from "../util/cache-folder.js";
import { type ProofCircuit, type ProofFile, type ProofParameters, SECTOR_SIZES } from "./parameters.js";
import { keptPowers, powersFile, readPowers } from "./powers.js";

/** Hex digits of a digest. */
const DIGEST_DIGITS = 32;

/**
 * Where proofs' files are: `given`, the environment's FVM_PROOF_KEYS, the user's cache, whichever comes first.
 *
 * @throws FvmError NO_CACHE_FOLDER if none is named and the user has no cache
 */
export function proofFolder(given?: string): string {
  const cache = cacheFolder();
  return given || process.env.FVM_PROOF_KEYS || join(cache ?? requireCacheFolder(), "proofs");
}

/** A file of the trusted setup, and what it is for. */
export interface ListedProofFile extends ProofFile {
  /** `powers`: of aggregates. */
  readonly circuit: ProofCircuit | "powers";
  /** Size of sectors, such as `32 GiB`; `any` of powers. */
  readonly sectors: string;
}

/** All files of a trusted setup. */
export function listProofFiles({ keys, powers }: ProofParameters): ListedProofFile[] {
  const circuits = Object.entries(keys) as [ProofCircuit, readonly ProofFile[]][];
  const listed = circuits.flatMap(([circuit, files]) =>
    files.map((file, size) => ({ ...file, circuit, sectors: SECTOR_SIZES[size] ?? "" })),
  );
  return [...listed, { ...powers, circuit: "powers", sectors: "any" }];
}

/** Whether a file is as it was published. */
export type ProofFileState = "right" | "wrong" | "missing";

/** Reads a file of the folder, or what was kept of it, and says whether it is the one that is listed. */
export async function checkProofFile(folder: string, file: ListedProofFile): Promise<ProofFileState> {
  const path = storedPath(folder, file);
  if (path === undefined) return "missing";
  if (path === join(folder, file.name)) return (await digestOf(path)) === file.digest ? "right" : "wrong";
  return readPowers(folder, file).then(
    () => "right",
    () => "wrong",
  );
}

/** Path of a file, or of what was kept of it; undefined if neither is there. */
export function storedPath(folder: string, file: ListedProofFile): string | undefined {
  const whole = join(folder, file.name);
  const places = file.circuit === "powers" ? [powersFile(folder, file), whole] : [whole];
  return places.find((path) => existsSync(path));
}

/** The first 16 bytes of a file's blake2b-512, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("blake2b512");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex").slice(0, DIGEST_DIGITS);
}

/**
 * Checks files, or all of a folder's that have a listed name, and copies them into the folder; of powers only what a
 * verifier needs. A file is recognised by its digest, whatever it is called.
 *
 * @returns the files that are in the folder now
 * @throws FvmError INVALID_PROOF_FILE
 */
export async function importProofFiles(
  paths: readonly string[],
  folder: string,
  parameters: ProofParameters,
): Promise<ListedProofFile[]> {
  const listed = listProofFiles(parameters);
  const found = (await Promise.all(paths.map((path) => filesAt(path, listed)))).flat();
  await mkdir(folder, { recursive: true });
  const imported: ListedProofFile[] = [];
  for (const path of found) imported.push(await importFile(path, folder, listed));
  return imported;
}

async function filesAt(path: string, listed: readonly ListedProofFile[]): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = new Set(listed.map(({ name }) => name));
  const found = (await readdir(path)).filter((name) => names.has(name)).sort();
  if (found.length > 0) return found.map((name) => join(path, name));
  throw new FvmError("INVALID_PROOF_FILE", { file: path, reason: "the folder has no file of a listed name" });
}

async function importFile(
  path: string,
  folder: string,
  listed: readonly ListedProofFile[],
): Promise<ListedProofFile> {
  const digest = await digestOf(path);
  const file = listed.find((candidate) => candidate.digest === digest);
  if (file === undefined) {
    const named = listed.find(({ name }) => name === basename(path));
    const expected = named === undefined ? "of no listed file" : `not ${named.digest}`;
    const reason = `its digest is ${digest}, ${expected}`;
    throw new FvmError("INVALID_PROOF_FILE", { file: path, reason });
  }
  if (file.circuit === "powers") {
    const target = powersFile(folder, file);
    await replace(target, async (part) => writeFile(part, await keptPowers(path, file)));
  } else if (dirname(path) !== folder) {
    await replace(join(folder, file.name), (part) => copyFile(path, part));
  }
  return file;
}

async function replace(target: string, write: (part: string) => Promise<void>): Promise<void> {
  await write(`${target}.part`);
  await rename(`${target}.part`, target);
}
