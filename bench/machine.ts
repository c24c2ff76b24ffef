import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { native } from "#src/native/index.js";
import { packageFolder } from "./places.js";

/** Facts that the numbers depend on. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly wasmtime: string;
  /** With `+` if files differ from it. */
  readonly commit: string;
  readonly date: string;
  /** Processes that wanted a core in the last minute, ours included. */
  readonly load: number;
}

export function machineFacts(): MachineFacts {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch} ${release()}`,
    node: process.version,
    wasmtime: native.versions.wasmtime,
    commit: commit(),
    date: new Date().toISOString(),
    load: loadavg()[0] ?? 0,
  };
}

export function factsText(facts: MachineFacts): string {
  const { cpu, cores, node, wasmtime, commit, date, load } = facts;
  return `${date}, commit ${commit}, Node ${node}, Wasmtime ${wasmtime}\n${cores} × ${cpu}, load ${load.toFixed(1)}`;
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: packageFolder, stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  try {
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return "none";
  }
}
