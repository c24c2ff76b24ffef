import { type ChildProcess, spawn } from "node:child_process";
import { procStatus } from "./proc.js";

export interface ProcessRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  /** Milliseconds from its start to its first answer on stdout. */
  readonly firstAnswerMs: number;
  /** Peak memory, as `residentOf` counts it; `undefined` where the system does not tell. */
  readonly peakRssBytes: number | undefined;
}

const WATCH_MS = 20;

/** News of a program while it runs. */
export interface ProcessEvents {
  readonly onSpawn?: (child: ChildProcess) => void;
  /** With what it writes to stderr. */
  readonly onNote?: (text: string) => void;
}

/** Runs a program to its end. Rejects if it cannot be started. */
export function runProcess(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  { onSpawn = () => {}, onNote = () => {} }: ProcessEvents = {},
): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    onSpawn(child);
    let firstAnswerMs = Number.NaN;
    let peakRssBytes: number | undefined;
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => {
      if (stdout.length === 0) firstAnswerMs = performance.now() - start;
      stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr.push(chunk);
      onNote(chunk.toString());
    });
    const watch = setInterval(() => {
      const bytes = residentOf(child.pid);
      if (bytes !== undefined) peakRssBytes = Math.max(peakRssBytes ?? 0, bytes);
    }, WATCH_MS);
    child.on("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on("close", (status) => {
      clearInterval(watch);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
      resolve({ stdout: text(stdout), stderr: text(stderr), status, firstAnswerMs, peakRssBytes });
    });
  });
}

/**
 * Bytes that the process has in memory, without those of files in memory: the system has such a page once, and counts it
 * for each memory of an instance that shares it. Linux only.
 */
function residentOf(pid: number | undefined): number | undefined {
  const parts = ["RssAnon", "RssFile"].map((field) =>
    Number(/^(\d+) kB$/.exec(procStatus(`${pid}`, field) ?? "")?.[1]),
  );
  const kibibytes = parts.reduce((sum, part) => sum + part, 0);
  return Number.isNaN(kibibytes) ? undefined : kibibytes * 1024;
}
