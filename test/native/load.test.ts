/** Finding and loading the addon, where another one is there, or none. Runs the built package in folders of its own. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { CONTRACT } from "../../src/native/contract.js";
import { libcOf, platformName } from "../../src/native/platform.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fvm-load-"));
afterAll(() => rmSync(folder, { recursive: true }));
// Node looks for other packages in the folders above, too.
symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));

const name = `@fvm-node/${platformName()}`;
const node = process.version;
const platform = platformName();
const { FVM_ADDON: named = "build/Release/fvm.node", ...inherited } = process.env;
const built = readFileSync(resolve(project, named));

interface Package {
  /** Packages of prebuilt addons that belong to it. */
  readonly prebuilt: Readonly<Record<string, string>>;
  /** The file that the platform's package consists of: its name and bytes. */
  readonly addon?: readonly [name: string, bytes: Uint8Array];
}

/** A package of its own, which is part of the program. Answers its folder. */
function install({ prebuilt, addon }: Package): string {
  const root = mkdtempSync(join(folder, "package-"));
  cpSync(join(project, "dist/bundle"), join(root, "dist/bundle"), { recursive: true });
  mkdirSync(join(root, "dist/ipld"));
  for (const name of ["index.js", "index.cjs"]) {
    copyFileSync(join(project, "dist/ipld", name), join(root, "dist/ipld", name));
  }
  writeFileSync(
    join(root, "package.json"),
    JSON.stringify({ type: "module", optionalDependencies: prebuilt }),
  );
  if (addon !== undefined) {
    const [file, bytes] = addon;
    const place = join(root, "node_modules", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), JSON.stringify({ name, main: file }));
    writeFileSync(join(place, file), bytes);
  }
  return root;
}

/** Result of importing a file: true, or the code and details of an error. */
function load(
  root: string,
  env: Readonly<Record<string, string>> = {},
  file = "./dist/ipld/index.js",
): unknown {
  const script = `const { log } = console;
    import("${file}").then(() => log(true), ({ code, details }) => log(JSON.stringify({ code, details })))`;
  const options = { cwd: root, encoding: "utf8", env: { ...inherited, ...env } } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], options);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout.replaceAll(root, "ROOT"));
}

describe("the addon of a platform's package", () => {
  const prebuilt = { [name]: "1.2.3" };
  const remedy = expect.stringMatching(`^npm install ${name}@1.2.3 \\(.*--omit=optional`);

  test("is loaded", () => {
    expect(load(install({ prebuilt, addon: ["fvm.node", built] }))).toBe(true);
  });

  test("that is not installed", () => {
    const details = { place: name, platform, node, remedy };
    expect(load(install({ prebuilt }))).toEqual({ code: "ADDON_NOT_FOUND", details });
  });

  test("that is not published", () => {
    const details = {
      place: name,
      platform,
      node,
      remedy: "build it from the sources; prebuilt are @fvm-node/other",
    };
    expect(load(install({ prebuilt: { "@fvm-node/other": "1.2.3" } }))).toEqual({
      code: "ADDON_NOT_FOUND",
      details,
    });
  });

  test("that the system does not load", () => {
    const file = `ROOT/node_modules/${name}/fvm.node`;
    const bytes = Buffer.from("no ELF, and no Mach-O either, but long enough for one");
    expect(load(install({ prebuilt, addon: ["fvm.node", bytes] }))).toEqual({
      code: "ADDON_FAILED",
      details: { file, reason: expect.stringContaining(file), platform, node, remedy },
    });
  });

  test("of another version", () => {
    const file = `ROOT/node_modules/${name}/fvm.cjs`;
    expect(load(install({ prebuilt, addon: ["fvm.cjs", Buffer.from("exports.contract = {}")] }))).toEqual({
      code: "ADDON_OUTDATED",
      details: { file, word: Object.keys(CONTRACT)[0], platform, node, remedy },
    });
  });
});

describe.each([
  ["esm", "js", "mjs"],
  ["cjs", "cjs", "cjs"],
] as const)("bundled by others, as %s", (format, from, to) => {
  const bundle = (parts: Package): string => {
    const root = install(parts);
    buildSync({
      entryPoints: [join(root, `dist/ipld/index.${from}`)],
      outfile: join(root, "app", `out.${to}`),
      bundle: true,
      platform: "node",
      external: ["lmdb", "ws"],
      format,
      logLevel: "error",
    });
    return root;
  };

  test("the addon is found from the bundle", () => {
    const root = bundle({ prebuilt: { [name]: "1.2.3" }, addon: ["fvm.node", built] });
    rmSync(join(root, "dist"), { recursive: true });
    expect(load(root, {}, `./app/out.${to}`)).toBe(true);
  });

  test("the remedy of an addon that is not there is one for bundles", () => {
    const remedy = `leave fvm-node out of the bundle, or install ${name} beside it`;
    const root = bundle({ prebuilt: { [name]: "1.2.3" } });
    rmSync(join(root, "package.json"));
    expect(load(root, {}, `./app/out.${to}`)).toMatchObject({ code: "ADDON_NOT_FOUND", details: { remedy } });
  });
});

describe("without prebuilt addons, as in a clone", () => {
  test("the remedy is to build it", () => {
    const details = { place: name, platform, node, remedy: "npm run build:native" };
    expect(load(install({ prebuilt: {} }))).toEqual({ code: "ADDON_NOT_FOUND", details });
  });

  test("FVM_ADDON names the file, from where the process is", () => {
    const details = { place: "ROOT/build/Debug/fvm.node", platform, node, remedy: "npm run build:native" };
    expect(load(install({ prebuilt: {} }), { FVM_ADDON: "build/Debug/fvm.node" })).toEqual({
      code: "ADDON_NOT_FOUND",
      details,
    });
  });
});

test("the C library is the one of the loader that a program names", () => {
  const program = (loader: string) => Buffer.concat([Buffer.alloc(600), Buffer.from(`${loader}\0`)]);
  expect(libcOf(program("/lib64/ld-linux-x86-64.so.2"))).toBe("gnu");
  expect(libcOf(program("/lib/ld-musl-aarch64.so.1"))).toBe("musl");
  expect(platformName()).toMatch(/^linux-(x64|arm64)-(gnu|musl)$|^(darwin|win32)-/);
});
