/** `fvm node` as users start it: a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface NodeProcess extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written. */
  readonly written: { stdout: string; stderr: string };
  /** The result of a call; throws its error as an `Error` with `code` and `data`. */
  call(method: string, ...params: unknown[]): Promise<unknown>;
  /** Sends a signal; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts it on a free port, once it listens. Rejects with what it wrote if it ends before. */
export function startNodeProcess(...args: string[]): Promise<NodeProcess> {
  return startNodeProcessIn({}, ...args);
}

/** The same with other environment variables beside those that there are. */
export async function startNodeProcessIn(
  variables: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<NodeProcess> {
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [program, "node", "--port", "0", ...args], { env });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    written.stdout += data;
  });
  const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (data) => {
      written.stderr += data;
      const [, found] = /^listening on (\S+)$/m.exec(written.stderr) ?? [];
      if (found !== undefined) resolve(found);
    });
    exited.then((code) => reject(new Error(`it ended with ${code}: ${written.stderr}`)));
  });
  const stop = (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return exited;
  };
  return {
    url,
    child,
    written,
    stop,
    call: (method, ...params) => call(url, method, params),
    [Symbol.asyncDispose]: async () => {
      await stop("SIGKILL");
    },
  };
}

async function call(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", body });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw Object.assign(new Error(error.message), error);
  return result;
}
