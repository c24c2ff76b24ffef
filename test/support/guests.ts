/** Machines in other threads and processes. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Block } from "../../src/ipld/block-access.js";
import type { Message } from "../../src/message/message.js";
import type { MachineOptions } from "../../src/vm/machine/options.js";
import type { TestNet } from "./net.js";

export type Task = "run" | "keys" | "trap" | "spin" | "exit" | "abandon" | "throw";

export interface GuestData {
  readonly task: Task;
  readonly blocks: readonly Block[];
  readonly options: Omit<MachineOptions, "blockstore">;
  readonly messages: readonly Message[];
}

const guest = new URL("../vm/stack/fixtures/guest.mjs", import.meta.url);

export function guestData(net: TestNet, task: Task, messages: readonly Message[]): GuestData {
  const options = { network: net.version, stateRoot: net.stateRoot, epoch: 100, baseFee: 100n };
  return { task, blocks: [...net.store], options, messages };
}

export function startWorker(data: GuestData): Worker {
  return new Worker(guest, { workerData: data });
}

/** The worker's answer; rejects if it ends without one. */
export async function answerOf(worker: Worker): Promise<unknown> {
  const failed = once(worker, "exit").then(([code]) =>
    Promise.reject(new Error(`worker ended with ${code}`)),
  );
  const [answer] = await Promise.race([once(worker, "message"), failed]);
  return answer;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** The guest's last report. */
  readonly answer: unknown;
}

export interface ProcessOptions {
  readonly launcher?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a guest in a process of its own, to its end.
 *
 * @param options.launcher a command that starts the one after it
 */
export async function runProcess(data: GuestData, options: ProcessOptions = {}): Promise<ProcessEnd> {
  const { launcher = [], env } = options;
  const [execPath = process.execPath, ...execArgv] = [...launcher, process.execPath];
  const child: ChildProcess = fork(fileURLToPath(guest), {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execPath,
    execArgv,
    ...(env && { env }),
  });
  let answer: unknown;
  child.on("message", (message) => {
    answer = message;
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.send(data);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr, answer };
}
