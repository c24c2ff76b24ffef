import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuiltActor, buildActor } from "../../sdk/build.js";
import { declarationsOf } from "../../sdk/declarations.js";
import { readActorManifest } from "../../sdk/manifest.js";
import type { Output } from "../command.js";

/** Builds the actor in a folder, and writes what came of it. */
export async function buildInFolder(folder: string, output: Output): Promise<BuiltActor> {
  const manifest = readActorManifest(folder);
  const built = await buildActor(manifest);
  const program = join(manifest.folder, "build", `${manifest.name}.program`);
  mkdirSync(join(manifest.folder, "build"), { recursive: true });
  writeFileSync(program, built.program);
  writeFileSync(join(manifest.folder, `${manifest.name}.d.ts`), declarationsOf(manifest));
  output.answer(
    `${manifest.name}: a program of ${built.program.length} bytes for the runtime ${built.runtime}`,
  );
  for (const [name, { number }] of manifest.methods) output.answer(`  ${name} is method ${number}`);
  return built;
}
