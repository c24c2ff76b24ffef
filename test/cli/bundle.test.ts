import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { expect, test } from "vitest";

const program = new URL("../../dist/cli/main.js", import.meta.url);
const bundle = new URL("../bundle/", program);

/** What a file of the program requires by name. */
function required(file: URL): string[] {
  return Array.from(
    readFileSync(file, "utf8").matchAll(/(?<![.#\w])require\("([^"]+)"\)/g),
    ([, name]) => name as string,
  );
}

test("the program is one script, which needs Node and two packages", () => {
  const script = /"\.\.\/bundle\/(program-[^"]+\.js)"/.exec(readFileSync(program, "utf8"))?.[1] as string;
  expect(readdirSync(bundle).sort()).toEqual(["LICENSES", script]);
  expect(required(program).filter((name) => !isBuiltin(name))).toEqual([]);
  const packages = required(new URL(script, bundle)).filter((name) => !isBuiltin(name));
  expect(new Set(packages)).toEqual(new Set(["lmdb", "ws"]));
});

test("files that the script names by their places are there", () => {
  const script = readdirSync(bundle).find((name) => name.endsWith(".js")) as string;
  const text = readFileSync(new URL(script, bundle), "utf8");
  const places = Array.from(
    text.matchAll(/new URL\("([^"]+)", new URL\("([^"]+)", bundle\)\.href\)/g),
    ([, path, place]) => new URL(path as string, new URL(place as string, bundle)),
  );
  expect(places.length).toBeGreaterThan(4);
  expect(places.filter((place) => !existsSync(place)).map(String)).toEqual([]);
});
