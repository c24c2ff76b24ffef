import { messageWithCauses } from "../util/kind-of.js";
import { unlessAborted } from "../util/waits.js";
import type { JobEnd, JobQueue, QueuedJob, QueueMember, WorkOptions } from "./job-queue.js";

/** Options of a `MemoryQueue`. */
export interface MemoryQueueOptions {
  /** Times that a job is tried. Default 5. */
  readonly tries?: number;
}

interface Entry {
  readonly job: QueuedJob;
  tries: number;
  state: "waiting" | "active" | JobEnd;
}

/** A queue in memory, for work within a process, and for tests: what a process has in it ends with the process. */
export class MemoryQueue implements JobQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #shared = new Map<string, Uint8Array>();
  readonly #members = new Map<string, QueueMember>();
  readonly #tries: number;
  #wake: (() => void)[] = [];

  constructor({ tries = 5 }: MemoryQueueOptions = {}) {
    this.#tries = tries;
  }

  async add(jobs: readonly QueuedJob[]): Promise<void> {
    for (const job of jobs) {
      if (!this.#entries.has(job.key)) this.#entries.set(job.key, { job, tries: 0, state: "waiting" });
    }
    this.#wakeAll();
  }

  async ended(keys: readonly string[]): Promise<ReadonlyMap<string, JobEnd>> {
    const found = new Map<string, JobEnd>();
    for (const key of keys) {
      const state = this.#entries.get(key)?.state;
      if (typeof state === "object") found.set(key, state);
    }
    return found;
  }

  async keys(): Promise<readonly string[]> {
    return [...this.#entries.keys()];
  }

  async forget(keys: readonly string[]): Promise<void> {
    for (const key of keys) if (this.#entries.get(key)?.state !== "active") this.#entries.delete(key);
  }

  async share(name: string, data: Uint8Array): Promise<void> {
    this.#shared.set(name, data);
  }

  async shared(name: string): Promise<Uint8Array | undefined> {
    return this.#shared.get(name);
  }

  async work({ slots, perform, signal }: WorkOptions): Promise<void> {
    await Promise.all(Array.from({ length: slots }, () => this.#workOn(perform, signal)));
  }

  async announce(member: QueueMember): Promise<void> {
    this.#members.set(member.name, member);
  }

  async members(): Promise<readonly QueueMember[]> {
    return [...this.#members.values()];
  }

  async close(): Promise<void> {}

  async #workOn(perform: WorkOptions["perform"], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const entry = [...this.#entries.values()].find(({ state }) => state === "waiting");
      if (entry === undefined) await this.#more(signal);
      else await this.#take(entry, perform, signal);
    }
  }

  async #take(entry: Entry, perform: WorkOptions["perform"], signal: AbortSignal): Promise<void> {
    entry.state = "active";
    try {
      const value = await perform(structuredClone(entry.job.data), signal);
      entry.state = { kind: "done", value: structuredClone(value) };
    } catch (error) {
      if (!signal.aborted) entry.tries++;
      const { tries } = entry;
      entry.state =
        tries < this.#tries ? "waiting" : { kind: "failed", reason: messageWithCauses(error), tries };
    }
  }

  async #more(signal: AbortSignal): Promise<void> {
    const more = new Promise<void>((resolve) => this.#wake.push(resolve));
    await unlessAborted(more, signal).catch(() => undefined);
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
