/**
 * Packs what is published, from what is built: the package, and one for each platform's prebuilt addon. Prints the files,
 * which are in build/packages.
 *
 *   node scripts/pack.mjs [PLATFORM...]     default: all platforms
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { entries, threads } from "./lib/modules.mjs";
import { actorParts, addonParts, billOf, libraryParts, noticesOf } from "./lib/parts.mjs";
import { PLATFORMS, packageName, platformNamed } from "./lib/platforms.mjs";
import { BuildError, projectRoot, runScript } from "./lib/run.mjs";

const folder = join(projectRoot, "build", "packages");
const dist = join(projectRoot, "dist");
/** The verifier of proofs for browsers. */
const BROWSER = "proofs/browser.mjs";
/** The bill of materials. */
const BILL = "sbom.cdx.json";
const LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"];
const manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));

/** Packs everything anew; answers the files. `addons`: platforms and files. */
export function packAll(addons) {
  const missing = addons.filter(({ file }) => !existsSync(file)).map(({ platform }) => platform.name);
  if (missing.length > 0)
    throw new BuildError(`There is no prebuilt addon for ${missing.join(", ")}: see scripts/prebuild.mjs.`);
  rmSync(folder, { recursive: true, force: true });
  return [...addons.map(packAddon), packLibrary()];
}

/** The prebuilt addon of a platform. */
export function prebuilt(platform) {
  return { platform, file: join(projectRoot, "build", "prebuilds", platform.name, "fvm.node") };
}

function packAddon({ platform, file }) {
  const { version, license } = manifest;
  const { os, cpu, libc, name } = platform;
  const place = stage(name, {
    name: packageName(platform),
    version,
    description: `The native addon of fvm-node for ${name}.`,
    license,
    main: "fvm.node",
    os: [os],
    cpu: [cpu],
    libc: libc && [libc],
  });
  copyFileSync(file, join(place, "fvm.node"));
  const parts = addonParts(platform);
  writeFileSync(join(place, "THIRD-PARTY-LICENSES"), noticesOf(parts));
  writeFileSync(join(place, BILL), billOf({ ...manifest, name: packageName(platform) }, parts));
  return pack(place);
}

/** Packs the library and the program; answers the file. */
export function packLibrary() {
  const {
    devDependencies,
    scripts,
    workspaces,
    allowScripts,
    gypfile,
    imports,
    private: _,
    ...rest
  } = manifest;
  const { version } = manifest;
  const optionalDependencies = Object.fromEntries(
    PLATFORMS.map((platform) => [packageName(platform), version]),
  );
  const place = stage(manifest.name, { ...rest, optionalDependencies });
  const actors = actorParts(PLATFORMS[0]);
  writeFileSync(join(place, BILL), billOf(manifest, [...libraryParts(), ...actors]));
  writeFileSync(join(place, "THIRD-PARTY-LICENSES"), noticesOf(actors));
  for (const name of ["README.md", "CHANGELOG.md"]) copyFileSync(join(projectRoot, name), join(place, name));
  const copy = (path) => cpSync(join(dist, path), join(place, "dist", path), { recursive: true });
  for (const path of [
    "actors",
    "bundle",
    "cli/main.js",
    "inspect/page/client.js",
    "inspect/page/style.css",
    BROWSER,
  ])
    copy(path);
  for (const name of [...entries(), ...threads()]) copy(`${name}.js`);
  for (const path of entries().flatMap((name) => [`${name}.cjs`, `${name}.d.cts`])) copy(path);
  for (const path of declarations()) copy(path);
  cpSync(join(projectRoot, "templates"), join(place, "templates"), { recursive: true });
  return pack(place);
}

/** Declarations that those of the entries lead to, from `dist`. */
function declarations() {
  const found = new Set([...entries().map((name) => `${name}.d.ts`), BROWSER.replace(/mjs$/, "d.ts")]);
  for (const path of found) {
    const named = readFileSync(join(dist, path), "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g);
    for (const [, to] of named) found.add(join(dirname(path), `${to}.d.ts`));
  }
  return found;
}

function stage(name, manifest) {
  const place = join(folder, name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const file of LICENCES) copyFileSync(join(projectRoot, file), join(place, file));
  return place;
}

function pack(place) {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", args, { cwd: place, encoding: "utf8" }));
  return join(folder, filename);
}

if (import.meta.filename === process.argv[1]) {
  await runScript(async () => {
    const names = process.argv.slice(2);
    const platforms = names.length === 0 ? PLATFORMS : names.map(platformNamed);
    console.log(packAll(platforms.map(prebuilt)).join("\n"));
  });
}
