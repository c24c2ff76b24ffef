/** Nodes of others, as processes, to compare with. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { BenchError } from "../bench-error.js";

/** Its accounts are those of the usual mnemonic. */
export interface Peer extends AsyncDisposable {
  /** Name and version, as it says itself. */
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
}

/** A peer that has been started, once it answers. Throws `BenchError` if it ends before. */
export async function peerAt(url: string, child: ChildProcess): Promise<Peer> {
  return {
    ...{ name: await clientVersion(url, child), url, child },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

const TRY_EVERY_MS = 10;

async function clientVersion(url: string, child: ChildProcess): Promise<string> {
  for (;;) {
    if (child.exitCode !== null)
      throw new BenchError(`${child.spawnfile} ended with exit code ${child.exitCode}`);
    try {
      return (await ask(url, "web3_clientVersion")) as string;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  }
}

/** The result of a call. Throws `BenchError` with the error's text. */
export async function ask(url: string, method: string, ...params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body });
  const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw new BenchError(`${method}: ${error.message}`);
  return result;
}

/** A line that a program writes, by what it matches, and the program. Throws `BenchError` if it ends before. */
export async function startedWith(
  [command, ...args]: readonly [string, ...string[]],
  cwd: string,
  pattern: RegExp,
): Promise<{ readonly child: ChildProcess; readonly match: RegExpExecArray }> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    const read = (text: string) => {
      written += text;
      const found = pattern.exec(written);
      if (found !== null) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.on("error", reject).on("exit", () => reject(new BenchError(`${command} ended: ${written}`)));
  });
  for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners("data").resume();
  return { child, match };
}
