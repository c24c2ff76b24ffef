/** Parts of packages: others' code that is linked or bundled, its licences, and lists of it for people and tools. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkLicence, cratesOf } from "./crates.mjs";
import { projectRoot } from "./run.mjs";
import { engineFolder } from "./ses-actor.mjs";

/** Bundled into the page's half in the browser. */
const PAGE = ["node_modules/preact", "node_modules/d3-hierarchy"];

/** Parts of the addon of a platform, with the texts of their licences. */
export function addonParts(platform) {
  const crates = cratesOf(platform).map((crate) => ({
    ...crate,
    purl: `pkg:cargo/${crate.name}@${crate.version}`,
    hash: { alg: "SHA-256", content: crate.checksum },
  }));
  const { version, license } = npmManifest("node_modules/node-addon-api");
  const header = readFileSync(join(projectRoot, "node_modules/node-addon-api/LICENSE.md"), "utf8").trim();
  const rust = execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1];
  const apache = readFileSync(join(projectRoot, "LICENSE-APACHE"), "utf8").trim();
  const llvm = crates.find(({ name }) => name === "wasmtime");
  return [
    ...crates,
    { name: "node-addon-api", version, license, purl: `pkg:npm/node-addon-api@${version}`, texts: [header] },
    {
      name: "rust-std",
      version: rust,
      license: "MIT OR Apache-2.0",
      purl: `pkg:generic/rust-std@${rust}`,
      texts: [apache],
    },
    // Zig's compiler brings them along.
    ...(platform.zig === undefined
      ? []
      : [{ name: "libcxx", license: llvm.license, purl: "pkg:generic/libcxx", texts: llvm.texts }]),
  ];
}

/** Packages that the library needs or has in its bundles. */
export function libraryParts() {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(
      ([path, { dev, link }]) => PAGE.includes(path) || (path.startsWith("node_modules/") && !dev && !link),
    )
    .map(([path, { integrity, version, license }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      checkLicence(`${name} ${version}`, license);
      const content = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
      return {
        name,
        version,
        license,
        purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
        hash: { alg: "SHA-512", content },
      };
    });
}

const SES_LICENCES = ["LICENSE", "LICENSE-aura", "LICENSE-caja", "LICENSE-corejs", "LICENSE-v8"];

/** Parts of the runtimes' actors, with the texts of their licences. `platform`: any, for the texts of its crates. */
export function actorParts(platform) {
  const llvm = cratesOf(platform).find(({ name }) => name === "wasmtime");
  const engine = engineFolder();
  const { version: ses, license } = npmManifest("node_modules/ses");
  const quickjs =
    /QJS_VERSION_MAJOR (\d+)\s+#define QJS_VERSION_MINOR (\d+)\s+#define QJS_VERSION_PATCH (\d+)/;
  const version = quickjs
    .exec(textOf(join(engine, "quickjs/quickjs.h")))
    .slice(1)
    .join(".");
  const musl = textOf(join(projectRoot, "LICENSE-MIT")).replace(
    /^Copyright .*$/m,
    "Copyright (c) 2005-2020 Rich Felker, et al.",
  );
  const parts = [
    {
      name: "quickjs-ng",
      version,
      license: "MIT",
      purl: `pkg:github/quickjs-ng/quickjs@v${version}`,
      texts: [textOf(join(engine, "quickjs/LICENSE"))],
    },
    {
      name: "wasi-libc",
      license: "(Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT) AND MIT",
      purl: "pkg:github/WebAssembly/wasi-libc",
      texts: [textOf(join(engine, "vendor/wasi-libc/NOTICE.md")), ...llvm.texts, musl],
    },
    { name: "compiler-rt", license: llvm.license, purl: "pkg:generic/compiler-rt", texts: llvm.texts },
    {
      name: "ses",
      version: ses,
      license,
      purl: `pkg:npm/ses@${ses}`,
      texts: SES_LICENCES.map((file) => textOf(join(projectRoot, "node_modules/ses", file))),
    },
  ];
  for (const { name, license } of parts) checkLicence(name, license);
  return parts;
}

function textOf(path) {
  return readFileSync(path, "utf8").trim();
}

function npmManifest(path) {
  return JSON.parse(readFileSync(join(projectRoot, path, "package.json"), "utf8"));
}

/** A bill of materials, in the form of CycloneDX. It is the same for the same parts: no date, no serial number. */
export function billOf({ name, version, license }, parts) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = ({ name, version, license, purl, hash }) => ({
    type: "library",
    "bom-ref": purl,
    name,
    version,
    licenses: [{ expression: license }],
    purl,
    hashes: hash && [hash],
  });
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: component({ name, version, license, purl }) },
    components: parts.map(component),
  };
  return `${JSON.stringify(bill, undefined, 1)}\n`;
}

/** The parts' licences, each text once. */
export function noticesOf(parts) {
  const byText = new Map();
  for (const part of parts)
    for (const text of part.texts) byText.set(text, [...(byText.get(text) ?? []), part]);
  const titled = ({ name, version = "", license }) => `${name} ${version} (${license})`.replace("  ", " ");
  const list = parts.map((part) => `* ${titled(part)}`).join("\n");
  const texts = [...byText].map(([text, parts]) => `${parts.map(titled).join("\n")}\n\n${text}`);
  return `${[`The addon contains code of others:\n\n${list}`, ...texts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
