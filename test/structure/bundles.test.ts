import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const dist = new URL("../../dist/", import.meta.url);
const bundle = new URL("bundle/", dist);

function textOf(file: URL): string {
  return readFileSync(file, "utf8");
}

/** Modules that a file of the program requires by name. */
function required(file: URL): string[] {
  return Array.from(textOf(file).matchAll(/(?<![.#\w])require\("([^"]+)"\)/g), ([, name]) => name as string);
}

/** Files that a text names by their places. */
function places(file: URL, root: URL): URL[] {
  const named = textOf(file).matchAll(
    /new URL\("([^"]+)",\s*new URL\("([^"]+)",\s*new URL\("[^"]+",\s*[\w.]+\)\)\.href\)/g,
  );
  return Array.from(named, ([, path, place]) => new URL(path as string, new URL(place as string, root)));
}

describe("the program", () => {
  const program = new URL("cli/main.js", dist);
  const script = new URL(
    /"(\.\.\/bundle\/program-[^"]+\.cjs)"/.exec(textOf(program))?.[1] as string,
    program,
  );

  test("is one script, which needs Node and two packages", () => {
    expect(required(program).filter((name) => !isBuiltin(name))).toEqual([]);
    const packages = required(script).filter((name) => !isBuiltin(name));
    expect(new Set(packages)).toEqual(new Set(["lmdb", "ws"]));
  });

  test("finds the files that it names by their places", () => {
    const named = places(script, dist);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((file) => !existsSync(file)).map(String)).toEqual([]);
  });
});

describe("the library", () => {
  const { exports } = JSON.parse(textOf(new URL("../package.json", dist)));
  // Entries for browsers share nothing with the others.
  const entries = Object.values<{ default?: string }>(exports).flatMap(({ default: file }) =>
    file?.endsWith(".js") ? [new URL(`../${file}`, dist)] : [],
  );

  /** A file and the files that it imports, also late; packages do not count. */
  function reached(entry: URL): string[] {
    const found = new Set([entry.href]);
    for (const href of found) {
      const imports = textOf(new URL(href)).matchAll(/\b(?:import|from)\s*\(?\s*"(\.[^"]+)"/g);
      for (const [, path] of imports) found.add(new URL(path as string, href).href);
    }
    return [...found];
  }

  test("consists of entries and files of the bundle, all of which are there", () => {
    expect(entries.length).toBe(14);
    for (const entry of entries) {
      const files = reached(entry);
      expect(files.filter((href) => !existsSync(new URL(href)))).toEqual([]);
      const others = files.filter((href) => !href.startsWith(bundle.href));
      expect(others).toEqual([entry.href]);
    }
    expect(reached(entries[0] as URL).length).toBeGreaterThan(20);
  });

  test("finds the files that it names by their places, threads as bundles", () => {
    const files = [...readdirSync(bundle).map((name) => new URL(name, bundle)), ...entries];
    const named = files.flatMap((file) => places(file, dist));
    expect(named.filter((file) => !existsSync(file)).map(String)).toEqual([]);
    const threads = named.filter(({ href }) => href.endsWith("-worker.js"));
    expect(new Set(threads.map((file) => file.href.slice(dist.href.length)))).toEqual(
      new Set([
        "chain/pool/tipset-worker.js",
        "chain/sync/ahead-worker.js",
        "chain/sync/checking-worker.js",
        "chain/sync/validation-worker.js",
        "tools/vectors/ahead-worker.js",
        "tools/vectors/vector-worker.js",
      ]),
    );
    for (const thread of threads) {
      const others = reached(thread).filter((href) => !href.startsWith(bundle.href));
      expect(others).toEqual([thread.href]);
    }
  });

  test("has one of each class, whichever entry it comes from", async () => {
    const modules = await Promise.all(entries.map((entry) => import(entry.href)));
    const kinds = new Map<string, Set<unknown>>();
    for (const [name, value] of modules.flatMap((module) => Object.entries(module))) {
      kinds.set(name, (kinds.get(name) ?? new Set()).add(value));
    }
    expect(kinds.size).toBeGreaterThan(200);
    expect([...kinds].filter(([, values]) => values.size > 1).map(([name]) => name)).toEqual([]);
  });

  test("has the same names for who cannot import", async () => {
    const require = createRequire(import.meta.url);
    const namesOf = (module: object) => Object.keys(module).sort();
    for (const entry of entries) {
      const common = require(fileURLToPath(entry).replace(/js$/, "cjs"));
      expect(namesOf(common)).toEqual(namesOf(await import(entry.href)));
    }
    const [index, chain] = ["index", "chain/index"].map((name) => require(`../../dist/${name}.cjs`));
    expect(index.executeTipset).toBe(chain.executeTipset);
  });
});
