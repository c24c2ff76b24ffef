/** A job on its way into a queue. */
export interface QueuedJob {
  readonly key: string;
  /** For people. */
  readonly title: string;
  /** Plain data, as a structured clone has it. */
  readonly data: unknown;
}

/** How a job has ended. */
export type JobEnd =
  | { readonly kind: "done"; readonly value: unknown }
  /** It was tried so often, and is not tried again. */
  | { readonly kind: "failed"; readonly reason: string; readonly tries: number };

/** Who has a queue open. */
export interface QueueMember {
  /** Name, which nobody else has. */
  readonly name: string;
  readonly role: "worker" | "coordinator";
  /** Version of its code. */
  readonly code: string;
  /** Jobs that it does at the same time; 0 of a coordinator. */
  readonly slots: number;
}

/** How jobs of a queue are done. */
export interface WorkOptions {
  /** Jobs at the same time. */
  readonly slots: number;
  /**
   * Does a job. What it resolves with is the job's end; if it rejects, the job is tried again later, here or elsewhere,
   * unless it was tried often enough.
   */
  perform(data: unknown, signal: AbortSignal): Promise<unknown>;
  /** Ends the work: jobs at hand are given back, and nothing counts against them. */
  readonly signal: AbortSignal;
}

/**
 * Jobs on their way from those who want something done to those who do it. Each ends once: whoever loses a job, because
 * it has crashed or was cut off, cannot end it any more, and another one does it.
 */
export interface JobQueue {
  /** Adds jobs. One whose key the queue has, whatever became of it, is left as it is. */
  add(jobs: readonly QueuedJob[]): Promise<void>;
  /** Jobs that have ended, of these. */
  ended(keys: readonly string[]): Promise<ReadonlyMap<string, JobEnd>>;
  /** Keys of all jobs. */
  keys(): Promise<readonly string[]>;
  /** Takes jobs out, but for those that somebody is at. */
  forget(keys: readonly string[]): Promise<void>;
  /** Keeps data for those who do jobs, under a name that follows from the data. */
  share(name: string, data: Uint8Array): Promise<void>;
  /** Undefined: the queue has no such data. */
  shared(name: string): Promise<Uint8Array | undefined>;
  /** Does jobs until the signal is aborted. Resolves when none is at hand any more. */
  work(options: WorkOptions): Promise<void>;
  /** Says that somebody is there. Forgotten after some seconds. */
  announce(member: QueueMember): Promise<void>;
  /** Who has said so in the last seconds, with any version of the code. */
  members(): Promise<readonly QueueMember[]>;
  /** Twice is once. */
  close(): Promise<void>;
}
