import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { WARMED_UP } from "#src/cli/conformance.js";
import type { ConformanceReport } from "#src/tools/vectors/report.js";
import { BenchError } from "../bench-error.js";
import { peerFolder, peerTarget, program } from "../places.js";
import { type ProcessRun, runProcess } from "./run-process.js";
import type { StartEvents } from "./turns.js";

/** A program that runs vectors and answers as `fvm conformance --json` does. */
export interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Before what counts, in each process. V8 takes that many seconds to compile what runs often; a node does
 * that once in its life. The reference compiles the actors.
 */
const WARM_UP_ARGS = ["--warm-up", "10"];

export const ours: Contender = {
  name: "fvm-node",
  command: process.execPath,
  args: [program, "conformance", "--json"],
};

/** Builds the reference's runner unless it is built. Throws `BenchError` if it cannot be. */
export function buildPeer(): Contender {
  const args = ["build", "--release", "--locked", "--quiet"];
  const env = { ...process.env, CARGO_TARGET_DIR: peerTarget };
  const { error, status } = spawnSync("cargo", args, { cwd: peerFolder, env, stdio: ["ignore", 2, 2] });
  if (error !== undefined) throw new BenchError("there is no cargo to build the reference with");
  if (status !== 0) throw new BenchError("cargo could not build bench/ref-fvm");
  const command = join(peerTarget, "release", "ref-fvm-bench");
  return { name: "reference", command, args: ["--json"] };
}

/** Another build of this project. Throws `BenchError` if the folder has none. */
export function otherBuild(folder: string): Contender {
  const main = resolve(folder, "dist/cli/main.js");
  if (!existsSync(main)) throw new BenchError(`${folder} has no dist/cli/main.js: npm run build`);
  return { name: "other build", command: process.execPath, args: [main, "conformance", "--json"] };
}

/** A run over vectors: what came out, and what it took. */
export interface ContenderRun extends ProcessRun {
  readonly report: ConformanceReport;
}

/** Throws `BenchError` if a vector does not pass: then there is nothing to compare. */
export async function runContender(
  { name, command, args }: Contender,
  files: readonly string[],
  options: {
    readonly repeat: number;
    readonly env?: NodeJS.ProcessEnv;
    /** To be told when it has warmed up, which it does for that. */
    readonly events?: StartEvents;
  },
): Promise<ContenderRun> {
  const { repeat, env, events } = options;
  const all = [...args, ...(events ? WARM_UP_ARGS : []), "--repeat", `${repeat}`, ...files];
  const run = await runProcess(command, all, env, {
    ...(events && { onSpawn: events.onSpawn }),
    onNote: (text) => {
      if (text.includes(WARMED_UP)) events?.onReady();
    },
  });
  const report = reportOf(name, run);
  const bad = report.vectors.find(({ ok }) => !ok);
  if (bad !== undefined) throw new BenchError(`${name}: ${bad.file}: ${bad.reason ?? "not ok"}`);
  return { ...run, report };
}

function reportOf(name: string, { stdout, stderr, status }: ProcessRun): ConformanceReport {
  try {
    return JSON.parse(stdout) as ConformanceReport;
  } catch {
    throw new BenchError(`${name} ended with ${status}: ${stderr.trim().split("\n").at(-1) ?? ""}`);
  }
}
