import { readFileSync, statSync } from "node:fs";
import { createRequire, wrap } from "node:module";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { KeptScript } from "./kept-script.js";

/** Where the program is as one script, from here. The build of the bundle sets it. */
declare const PROGRAM: string;

type Exports = Pick<typeof import("./run-command-line.js"), "runCommandLine">;

/** A CommonJS module, wrapped. `require.load` imports, which a script that is kept cannot do on Node 20. */
type ProgramScript = (
  exports: object,
  require: NodeJS.Require & { load(module: string): Promise<unknown> },
  module: { exports: { program(): Exports } },
  file: string,
  folder: string,
) => void;

export interface Program extends Exports {
  /** Keeps what V8 has compiled, for later processes. */
  keep(): void;
}

/**
 * Loads the program, with what V8 has compiled of it in an earlier process: parsing and compiling is half the time of
 * a short command. `module.enableCompileCache` is not there before Node 22.
 *
 * @param argv decides which functions run, so each command has code of its own
 */
export async function loadProgram([command = "help"]: readonly string[]): Promise<Program> {
  if (typeof PROGRAM === "undefined") {
    return { ...(await import("./run-command-line.js")), keep: () => {} };
  }
  const { native } = await import("../native/index.js");
  const at = new URL(PROGRAM, import.meta.url);
  const file = fileURLToPath(at);
  const changed = Math.trunc(statSync(file).mtimeMs).toString(36);
  const name = `${basename(file, ".cjs")}-${changed}-${command.replaceAll(/[^a-z]/g, "")}`;
  // `fvm cache clear` leaves nothing.
  const kept = command === "cache" ? undefined : KeptScript.find(name, native.blake2b);
  kept?.holdAll();
  // The build writes ASCII, which is read faster so.
  const source = wrap(readFileSync(file, "latin1"));
  const script = new Script(source, { filename: file, ...kept?.options });
  const run = script.runInThisContext() as ProgramScript;
  const module = { exports: {} as { program(): Exports } };
  const require = Object.assign(createRequire(at), { load: (name: string) => import(name) });
  run(module.exports, require, module, file, dirname(file));
  return { ...module.exports.program(), keep: () => kept?.keep(script) };
}
