import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ACTOR_LANGUAGES, type ActorLanguage } from "../../sdk/languages.js";
import { MANIFEST } from "../../sdk/manifest.js";
import type { Output } from "../command.js";
import { UsageError } from "../usage-error.js";

const COMMAND = "actor new";
const templates = fileURLToPath(new URL("../../../templates/", import.meta.url));
const own = fileURLToPath(new URL("../../../package.json", import.meta.url));

/** Packages that a language needs, as this version was tested with them. */
const NEEDED: Readonly<Record<ActorLanguage, Readonly<Record<string, string>>>> = {
  javascript: { esbuild: "0.28.2" },
  typescript: { esbuild: "0.28.2" },
  c: {},
};

/** Makes a folder with a template's files. Answers the exit code. */
export function newActor(folder: string, language: ActorLanguage | undefined, output: Output): number {
  if (language === undefined) {
    throw new UsageError(`--language is missing: ${ACTOR_LANGUAGES.join(", ")}`, COMMAND);
  }
  const place = resolve(folder);
  const name = basename(place);
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UsageError(`${name} is no name of an actor: small letters, digits and -`, COMMAND);
  }
  if (existsSync(place) && readdirSync(place).length > 0)
    throw new UsageError(`${folder} is not empty`, COMMAND);
  mkdirSync(place, { recursive: true });
  for (const template of ["common", language]) cpSync(join(templates, template), place, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(place, MANIFEST), "utf8"));
  writeJson(join(place, MANIFEST), { ...manifest, name });
  const { name: library, version } = JSON.parse(readFileSync(own, "utf8"));
  writeJson(join(place, "package.json"), {
    name,
    private: true,
    type: "module",
    scripts: { build: "fvm actor build", test: "fvm actor test" },
    devDependencies: { [library]: version, ...NEEDED[language] },
  });
  for (const file of readdirSync(place).sort()) output.answer(join(folder, file));
  return 0;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
