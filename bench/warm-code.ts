import { spawnSync } from "node:child_process";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { BenchError } from "./bench-error.js";
import { benchCodeFolder, program } from "./places.js";

/**
 * The environment of a process that finds compiled code of all builtin actors of a network version, in a
 * folder that only benchmarks use. Compiles what is not there. Throws `BenchError` if there is no bundle.
 */
export function withWarmCode(networkVersion: number): NodeJS.ProcessEnv {
  const env = { ...process.env, FVM_CODE_CACHE: benchCodeFolder };
  warm(networkVersion, env);
  const { compiled } = warm(networkVersion, env);
  if (compiled !== 0) throw new BenchError(`${compiled} actors were compiled although all should be there`);
  return env;
}

interface WarmReport {
  readonly versions: readonly { readonly compiled: number; readonly restored: number }[];
}

/** Brings all builtin actors into a process of its own. */
export function warm(networkVersion: number, env: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, "cache", "warm", `${networkVersion}`, "--json"],
    { env, encoding: "utf8" },
  );
  const [counts] = status === 0 ? (JSON.parse(stdout) as WarmReport).versions : [];
  if (counts === undefined) throw new BenchError(`no compiled actors: ${stderr.trim()}`);
  return counts;
}

/** The environment of a process that finds no compiled code, in a folder that is empty. */
export function withoutCode(folder: string): NodeJS.ProcessEnv {
  const [bundles] = bundleFolders();
  return { ...process.env, FVM_BUNDLES: bundles, FVM_CODE_CACHE: folder };
}
