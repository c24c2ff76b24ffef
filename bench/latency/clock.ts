import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** Milliseconds that the main thread has been busy and idle. */
export interface Spent {
  readonly busy: number;
  readonly idle: number;
}

/** Times some work as if nobody else used the machine: what the main thread computes, and how long it waits. Linux only. */
export async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const [busy, idle] = [busyTime(), performance.eventLoopUtilization().idle];
  await work();
  return { busy: busyTime() - busy, idle: performance.eventLoopUtilization().idle - idle };
}

function busyTime(): number {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}
