/** The start of processes, with the code of all builtin actors compiled before. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultVectorFolder } from "#src/tools/vectors/files.js";
import type { ConformanceReport } from "#src/tools/vectors/report.js";
import { NEWEST_VERSION } from "#src/vm/network/version.js";
import { program } from "../places.js";
import { warm, withWarmCode } from "../warm-code.js";
import { expectSame, type Micro } from "./measure.js";

/** Runs a contract. */
const VECTOR = `generated/nv${NEWEST_VERSION}/evm/storage-set-1.json`;

/** None, and a note, if the vector is not there. */
export function coldStart(note: (text: string) => void): Micro[] {
  const vector = join(defaultVectorFolder() ?? "", VECTOR);
  if (!existsSync(vector)) {
    note(`start: not measured, there is no vector ${VECTOR}`);
    return [];
  }
  let environment: NodeJS.ProcessEnv | undefined;
  // Made when first needed, which is before anything is timed: compiling takes seconds.
  const env = () => {
    environment ??= withWarmCode(NEWEST_VERSION);
    return environment;
  };
  const start = (name: string, run: () => void): Micro => ({ group: "start", name, operations: 1, run });
  return [
    start("Node alone", () => void answer(["-e", ""], env())),
    start(`process start to first receipt, nv${NEWEST_VERSION}`, () => {
      const report = JSON.parse(answer([program, "conformance", "--json", vector], env()));
      expectSame("vectors passed", (report as ConformanceReport).passed, 1);
    }),
    start(`process start to all actors loaded, nv${NEWEST_VERSION}`, () => {
      expectSame("actors compiled", warm(NEWEST_VERSION, env()).compiled, 0);
    }),
  ];
}

function answer(args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ended with ${status}: ${stderr}`);
  return stdout;
}
