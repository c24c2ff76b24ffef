/** Redis servers of their own, for tests: each has a folder and a port, and keeps what it is told (AOF). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { temporaryFolder } from "./chain-folder.js";

/** Name of the program. */
const PROGRAM = ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

export const hasRedis = PROGRAM !== undefined;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export interface RedisOptions {
  readonly password?: string;
  /** Without an append-only file: with its end all is lost. */
  readonly forgets?: boolean;
}

export class RedisServer implements AsyncDisposable {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly options: RedisOptions,
  ) {}

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), temporaryFolder(), options);
    await server.start();
    return server;
  }

  get url(): string {
    const { password } = this.options;
    return `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder, "--save", ""];
    const { password, forgets = false } = this.options;
    if (!forgets) args.push("--appendonly", "yes", "--appendfsync", "always");
    if (password !== undefined) args.push("--requirepass", password);
    this.#child = spawn(PROGRAM as string, args, { stdio: "ignore" });
    for (let left = 200; ; left--) {
      const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.ping();
        return;
      } catch (error) {
        if (left === 0) throw error;
        await setTimeout(25);
      } finally {
        client.disconnect();
      }
    }
  }

  /** Resolves once so many have said that they are at the queue. */
  async membersAre(count: number): Promise<void> {
    const client = new Redis(this.url);
    while ((await client.scard("fvm:members")) < count) await setTimeout(20);
    client.disconnect();
  }

  /** Ends it the hard way. */
  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
