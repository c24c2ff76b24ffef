/** From an actor's sources to what is deployed. */
import { FvmError } from "../errors.js";
import { buildEbpf } from "../runtimes/ebpf/compile.js";
import { lineOf } from "../runtimes/ebpf/lines.js";
import { constructorParams, encodeProgram } from "../runtimes/ebpf/program.js";
import { buildJavaScript } from "../runtimes/javascript/build.js";
import { javaScriptConstructorParams } from "../runtimes/javascript/contract.js";
import type { RuntimeName } from "../runtimes/table.js";
import type { ActorLanguage } from "./languages.js";
import type { ActorManifest } from "./manifest.js";

/** An actor that can be deployed. */
export interface BuiltActor {
  readonly manifest: ActorManifest;
  /** The runtime that has its program. */
  readonly runtime: RuntimeName;
  /** As it is deployed: eBPF as the state keeps it, a script as text. */
  readonly program: Uint8Array;
  /** Parameters of its constructor: the program, and what the program's own constructor takes. */
  constructorParams(own: Uint8Array): Uint8Array;
  /** A failure's text, with the line of the source where that is known. */
  explain(failure: string): string;
}

const BUILDERS: Readonly<Record<ActorLanguage, (manifest: ActorManifest) => Promise<BuiltActor>>> = {
  c: buildC,
  javascript: buildScript,
  typescript: buildScript,
};

/**
 * Builds an actor, and checks that it has the methods of its description, and no others.
 *
 * Throws `FvmError` INVALID_ACTOR, COMPILER_MISSING, COMPILER_FAILED, INVALID_PROGRAM, PACKAGE_MISSING.
 */
export function buildActor(manifest: ActorManifest): Promise<BuiltActor> {
  return BUILDERS[manifest.language](manifest);
}

async function buildC(manifest: ActorManifest): Promise<BuiltActor> {
  const program = buildEbpf({ sources: [manifest.entry] });
  checkMethods(
    manifest,
    program.methods.map(({ name }) => name),
  );
  return {
    manifest,
    runtime: "ebpf",
    program: encodeProgram(program),
    constructorParams: (own) => constructorParams(program, own),
    explain: (failure) =>
      failure.replace(/instruction (\d+)/g, (text, number: string) => {
        const line = lineOf(program, Number(number));
        return line === undefined ? text : `${line.file}:${line.line} (${text})`;
      }),
  };
}

async function buildScript(manifest: ActorManifest): Promise<BuiltActor> {
  const { source, methods } = await buildJavaScript({ entry: manifest.entry });
  checkMethods(
    manifest,
    methods.map(({ name }) => name),
  );
  return {
    manifest,
    runtime: "javascript",
    program: new TextEncoder().encode(source),
    constructorParams: (own) => javaScriptConstructorParams(source, own),
    explain: (failure) => failure,
  };
}

function checkMethods({ folder, methods }: ActorManifest, built: readonly string[]): void {
  const refuse = (field: string, reason: string) => {
    throw new FvmError("INVALID_ACTOR", { field: `${folder}: methods.${field}`, reason });
  };
  for (const name of methods.keys()) if (!built.includes(name)) refuse(name, "the source has no such method");
  for (const name of built)
    if (!methods.has(name)) refuse(name, "the source has it, the description does not");
}
