/** Crates that are linked into the addon of a platform, with their licences. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import satisfies from "spdx-satisfies";
import { BuildError, projectRoot } from "./run.mjs";

const vendor = join(projectRoot, "native/vendor");

const LLVM = "Apache-2.0 WITH LLVM-exception";

/** Licences under which others' code may be part of what is published. */
const ALLOWED = [
  ...["0BSD", "Apache-2.0", LLVM, "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"],
  ...["Unicode-3.0", "Unlicense", "Zlib", "BSL-1.0"],
];

/** Crates bring C libraries along, with licences of their own in folders below. */
const LICENCE_FILE = /^(licen[cs]e|copying|notice|unlicense)/i;
const DEPTH = 4;

/** Name, version, licence (SPDX), checksum and texts of each crate, in order of names. */
export function cratesOf({ rust }) {
  const args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", rust];
  const options = { cwd: vendor, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] };
  const { packages, resolve } = JSON.parse(execFileSync("cargo", args, options));
  const byId = new Map(packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const linked = new Set([resolve.root]);
  for (const id of linked) {
    const isLinked = ({ pkg, dep_kinds }) =>
      dep_kinds.some(({ kind }) => kind === null) && !isMacro(byId.get(pkg));
    for (const { pkg } of nodes.get(id).deps.filter(isLinked)) linked.add(pkg);
  }
  linked.delete(resolve.root);
  const checksums = lockedChecksums();
  const crates = [...linked].map((id) => byId.get(id));
  return crates
    .map((crate) => {
      const { name, version, license } = crate;
      checkLicence(`${name} ${version}`, license);
      const checksum = checksums.get(`${name} ${version}`);
      return { name, version, license: spdx(license), checksum, texts: textsOf(crate, crates) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Fails if a package's licence is none of those that we can live with. */
export function checkLicence(name, expression) {
  if (expression && satisfies(spdx(expression), ALLOWED)) return;
  throw new BuildError(`The licence of ${name} is ${expression ?? "not stated"}.`);
}

/** Cargo also knows `MIT/Apache-2.0`. */
function spdx(expression) {
  return expression.replaceAll(/\s*\/\s*/g, " OR ");
}

function isMacro({ targets }) {
  return targets.some(({ kind }) => kind.includes("proc-macro"));
}

/** SHA-256 of crates as Cargo downloads them. */
function lockedChecksums() {
  const lock = readFileSync(join(vendor, "Cargo.lock"), "utf8");
  const found = lock.matchAll(/name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"/g);
  return new Map(Array.from(found, ([, name, version, checksum]) => [`${name} ${version}`, checksum]));
}

/** Some crates name their licence, and leave its text out. */
function textsOf({ name, license, authors, manifest_path }, others) {
  const texts = textsIn(dirname(manifest_path));
  if (texts.length > 0) return texts;
  // Apache's texts name nobody.
  if (satisfies(spdx(license), ["Apache-2.0"])) return [ours("LICENSE-APACHE")];
  if (license === LLVM) {
    const same = others.filter((other) => other.license === LLVM);
    return same.map((other) => textsIn(dirname(other.manifest_path))).find(({ length }) => length > 0);
  }
  // Asks for nothing.
  if (satisfies(spdx(license), ["CC0-1.0"])) return [];
  if (satisfies(spdx(license), ["MIT"])) {
    const whose = `Copyright (c) ${authors.join(", ") || `the authors of ${name}`}`;
    return [ours("LICENSE-MIT").replace(/^Copyright .*$/m, whose)];
  }
  throw new BuildError(`The crate ${name} has no text of its licence, ${license}.`);
}

function textsIn(folder) {
  return filesOf(folder, DEPTH).map((path) => readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim());
}

function ours(file) {
  return readFileSync(join(projectRoot, file), "utf8").trim();
}

function filesOf(folder, depth) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return depth > 1 ? filesOf(path, depth - 1) : [];
      return LICENCE_FILE.test(entry.name) && !/\.(rs|c|h|py)$/.test(entry.name) ? [path] : [];
    });
}
