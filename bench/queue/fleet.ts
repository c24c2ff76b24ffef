/** Processes of a queue: its server, its workers, and who asks. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { BenchError } from "../bench-error.js";
import { program } from "../places.js";

/** Parts of a second in which Linux counts processor time. */
const TICKS = 100;

export interface Answered {
  /** Milliseconds from the process's start to its end. */
  readonly ms: number;
  readonly text: string;
}

/** Runs `fvm` to its end. Throws `BenchError` if it fails. */
export async function fvm(...argv: readonly string[]): Promise<Answered> {
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let [text, notes] = ["", ""];
  child.stdout.on("data", (data) => {
    text += data;
  });
  child.stderr.on("data", (data) => {
    notes += data;
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new BenchError(`fvm ${argv.join(" ")}: ${notes}`);
  return { ms: performance.now() - began, text };
}

/** A server with workers. */
export class Fleet implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];
  readonly #workers: ChildProcess[] = [];

  private constructor(
    readonly url: string,
    private readonly redis: Redis,
  ) {}

  static async start(folder: string): Promise<Fleet> {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    const dir = mkdtempSync(join(folder, "redis-"));
    const args = ["--port", String(port), "--dir", dir, "--save", "", "--appendonly", "yes"];
    const server = spawn("redis-server", args, { stdio: "ignore" });
    const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    redis.on("error", () => undefined);
    const fleet = new Fleet(url, redis);
    fleet.#children.push(server);
    await redis.ping();
    return fleet;
  }

  /** Starts workers, and waits until they are there. @param isPinned whether each has a core, one after the other */
  async work(workers: number, isPinned: boolean, ...argv: readonly string[]): Promise<void> {
    for (let i = 0; i < workers; i++) {
      const command = [process.execPath, program, "worker", "--queue", this.url, ...argv];
      const pinned = isPinned ? ["taskset", "-c", String(i % availableParallelism())] : [];
      const [name = "", ...args] = [...pinned, ...command];
      const worker = spawn(name, args, { stdio: "ignore" });
      this.#children.push(worker);
      this.#workers.push(worker);
    }
    while ((await this.redis.scard("fvm:members")) < workers) await setTimeout(50);
  }

  /** Seconds of processor time that the workers have taken so far. Linux only. */
  cpuSeconds(): number {
    return this.#workers.reduce((sum, { pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
        .replace(/^.*\) /, "")
        .split(" ");
      return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
    }, 0);
  }

  /** Commands that the server has done so far. */
  async commands(): Promise<number> {
    const facts = await this.redis.info("stats");
    return Number(/total_commands_processed:(\d+)/.exec(facts)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.redis.disconnect();
    for (const child of this.#children.reverse()) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
