import { exportedMethodNumber } from "../../builtin/frc42.js";
import { FvmError } from "../../errors.js";
import { isText } from "../../util/check.js";
import { optionalPackage } from "../../util/optional-package.js";
import { checkedOptions } from "../../util/options.js";
import type { JavaScriptMethod } from "./contract.js";

/** Options of `buildJavaScript`. */
export interface JavaScriptBuildOptions {
  /** The file with the contract's methods: JavaScript, or TypeScript, of which the types are taken away. */
  readonly entry: string;
}

/** A contract that can be deployed. */
export interface JavaScriptBuild {
  /** One ECMAScript module, with all that it imports but `fvm:` modules, which the actor has. */
  readonly source: string;
  /** Its exports whose names FRC-0042 allows. The constructor leaves out those that are no functions. */
  readonly methods: readonly JavaScriptMethod[];
}

type Esbuild = typeof import("esbuild");

const METHOD = /^[A-Z_][A-Za-z0-9_]*$/;

/**
 * Makes one module of a contract's sources, with esbuild, which has to be installed. Whether the actor takes it shows
 * when it is deployed: its constructor compiles it.
 *
 * @throws FvmError PACKAGE_MISSING; COMPILER_FAILED if a source is malformed or an import cannot be found
 */
export async function buildJavaScript(options: JavaScriptBuildOptions): Promise<JavaScriptBuild> {
  const { entry } = checkedOptions(options, { entry: isText });
  const esbuild = await optionalPackage<Esbuild>(
    "esbuild",
    "esbuild",
    "contracts in JavaScript are built by it",
  );
  try {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      external: ["fvm:*"],
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "es2023",
      charset: "utf8",
      legalComments: "none",
      metafile: true,
      logLevel: "silent",
      outdir: ".",
      write: false,
    });
    const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
    const methods = names
      .filter((name) => METHOD.test(name))
      .map((name) => ({ number: exportedMethodNumber(name), name }));
    return { source: outputFiles[0]?.text ?? "", methods };
  } catch (cause) {
    throw new FvmError("COMPILER_FAILED", { source: entry, output: (cause as Error).message }, { cause });
  }
}
