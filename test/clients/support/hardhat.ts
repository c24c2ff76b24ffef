/** Hardhat projects, run as their users run them: by the command in their folder. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const clients = fileURLToPath(new URL("../", import.meta.url));
/** Hardhat does not start on every Node that runs these tests: this one comes from npm. */
export const hardhatsNode = join(clients, "node_modules", "node", "bin", "node");
const installed = join(clients, "hardhat", "node_modules");
const MADE_BY_RUNS = ["node_modules", "artifacts", "cache"];

export interface HardhatRun {
  readonly exitCode: number | null;
  /** Standard output and error. */
  readonly output: string;
}

/** A copy of a project in a folder of its own, where nothing is left of runs before. */
export class HardhatProject implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "fvm-hardhat-"));

  /** @param source the project's folder; its dependencies are those of test/clients/hardhat */
  constructor(source: string) {
    cpSync(source, this.#folder, {
      recursive: true,
      filter: (path) => !MADE_BY_RUNS.includes(basename(path)),
    });
    symlinkSync(installed, join(this.#folder, "node_modules"));
  }

  /** Runs the command. */
  run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<HardhatRun> {
    const program = join(this.#folder, "node_modules", "hardhat", "dist", "src", "cli.js");
    const child = spawn(hardhatsNode, [program, ...args], {
      cwd: this.#folder,
      env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: "true", ...env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    return new Promise((resolve, reject) => {
      // Mocha writes in colours where CI is set, whatever it writes to.
      child
        .on("error", reject)
        .on("close", (exitCode) => resolve({ exitCode, output: stripVTControlCharacters(output) }));
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Titles of the tests that have passed, as Hardhat's reporters write them. */
export function passedTests({ output }: HardhatRun): string[] {
  return [...output.matchAll(/✔ (.+?)(?: \(\d+ms\))?$/gm)].map(([, title = ""]) => title);
}
