/** Foundry's programs, as npm has them, in a copy of the project that examples/foundry is. */
import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { NodeProcess } from "../../support/node-process.js";
import { MNEMONIC } from "./dev-node.js";

export type FoundryTool = "forge" | "cast";

const clients = fileURLToPath(new URL("..", import.meta.url));
const example = fileURLToPath(new URL("../../../examples/foundry", import.meta.url));
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** The binary itself: its wrapper in JavaScript ends with 0 whatever it ends with. */
function binary(tool: FoundryTool): string {
  const name = `${tool}-${process.platform}-${architectures[process.arch]}`;
  return `${clients}node_modules/@foundry-rs/${name}/bin/${tool}`;
}

/** Whether npm has had programs for this machine. */
export const hasFoundry = existsSync(binary("forge")) && existsSync(binary("cast"));

/** How a program has ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  /** All that it wrote. */
  readonly text: string;
}

/** Wallet of one of the node's accounts. */
export const wallet = (index = 0) => ["--mnemonic", MNEMONIC, "--mnemonic-index", String(index)];

/** The programs against one node. */
export class Foundry implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "fvm-foundry-"));

  constructor(private readonly node: NodeProcess) {
    cpSync(example, this.#folder, { recursive: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** Runs a program to its end. */
  run(tool: FoundryTool, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Run> {
    return this.#run(binary(tool), args, variables);
  }

  /** Output of a script's commands, which find the programs. Throws with that if one of them fails. */
  async shell(script: string): Promise<string> {
    const programs = (["forge", "cast"] as const).map((tool) => dirname(binary(tool)));
    const PATH = [...programs, process.env.PATH].join(delimiter);
    const { code, text } = await this.#run("sh", ["-e", "-c", script], { PATH });
    if (code !== 0) throw new Error(`the script ended with ${code}: ${text}`);
    return text;
  }

  #run(program: string, args: readonly string[], variables: NodeJS.ProcessEnv): Promise<Run> {
    return new Promise((resolve) => {
      execFile(
        program,
        args,
        { cwd: this.#folder, env: this.#environment(variables), maxBuffer: 2 ** 26 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : Number(error.code ?? -1);
          resolve({ code, stdout, text: stripVTControlCharacters(stdout + stderr) });
        },
      ).stdin?.end();
    });
  }

  /** Cast's answer. Throws with all that it wrote if it fails. */
  async cast(...args: readonly string[]): Promise<string> {
    const { code, stdout, text } = await this.run("cast", args);
    if (code !== 0) throw new Error(`cast ${args[0]} ended with ${code}: ${text}`);
    return stdout.trim();
  }

  /** All that forge writes. Throws with that if it fails. */
  async forge(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, text } = await this.run("forge", args, variables);
    if (code !== 0) throw new Error(`forge ${args[0]} ended with ${code}: ${text}`);
    return text;
  }

  /** Starts cast, which goes on until it is ended. */
  watch(...args: readonly string[]) {
    return spawn(binary("cast"), args, { cwd: this.#folder, env: this.#environment({}) });
  }

  #environment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ETH_RPC_URL: this.node.url,
      NO_COLOR: "1",
      // The compiler of npm: Foundry downloads one otherwise.
      FOUNDRY_SOLC: `${clients}support/solc.mjs`,
      FOUNDRY_OFFLINE: "true",
      ...variables,
    };
  }
}
