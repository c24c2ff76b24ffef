import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BuildError, projectRoot } from "./run.mjs";

/** The licence of a package that becomes part of a bundle, fit for a comment: licences ask to be named. */
export function licence(name) {
  const folder = join(projectRoot, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE-MIT"]
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
  if (file === undefined) throw new BuildError(`${name} has no licence.`);
  const text = readFileSync(file, "utf8").trim();
  if (text.includes("*/"))
    throw new BuildError(`The licence of ${name} would end the comment that it is in.`);
  return `${name} ${version}\n\n${text}`;
}
