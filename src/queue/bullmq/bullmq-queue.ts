import type { Job, Queue } from "bullmq";
import { parse, stringify } from "devalue";
import type { Redis } from "ioredis";
import { FvmError } from "../../errors.js";
import { onAbort } from "../../util/abort.js";
import { isFunction, isText, optional, within } from "../../util/check.js";
import { messageWithCauses } from "../../util/kind-of.js";
import { optionalPackage } from "../../util/optional-package.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import { codeVersion } from "../code-version.js";
import type { JobEnd, JobQueue, QueuedJob, QueueMember, WorkOptions } from "../job-queue.js";
import { connect, durabilityLack, PACKAGES, PURPOSE, withoutCredentials } from "./redis-connection.js";

type Bullmq = typeof import("bullmq");

/** Options of `openQueue`. */
export interface QueueOptions {
  /** Name, with which all keys in Redis begin. Default: `fvm`. */
  readonly name?: string;
  /** Times that a job is tried: that it fails, or that its worker ends. Default 5. */
  readonly tries?: number;
  /** Milliseconds after which a worker that says nothing has lost its jobs. Default 30,000. */
  readonly leaseMs?: number;
  /** Milliseconds before a job is tried again; twice as long each time. Default 2,000. */
  readonly retryMs?: number;
  /** Told what people should know: a server that keeps nothing, or that is not reached. */
  readonly onNote?: (text: string) => void;
}

const HOUR = 3_600_000;
const CHECKS: Checks<QueueOptions> = {
  name: optional(isText),
  tries: optional(within(1, 1000)),
  leaseMs: optional(within(100, HOUR)),
  retryMs: optional(within(1, HOUR)),
  onNote: optional(isFunction),
};

/** Seconds for which results are kept. */
const KEPT_SECONDS = 7 * 24 * 3600;
/** Milliseconds after which somebody who says nothing is not there any more. */
const MEMBER_MS = 15_000;
/** Milliseconds for goodbyes to a server that may not be there. */
const GOODBYE_MS = 1000;
/** How often a job's worker may end is counted by us, together with failures. */
const ANY_NUMBER = 1_000_000;
const STATES = ["completed", "failed", "wait", "active", "delayed", "prioritized"] as const;

/**
 * Opens a queue of BullMQ on Redis or Valkey. Each version of the code has jobs of its own there.
 *
 * @param url such as `redis://HOST:6379`, `rediss://NAME:PASSWORD@HOST:6380/1`
 * @throws FvmError INVALID_OPTION, PACKAGE_MISSING, QUEUE_UNREACHABLE
 */
export async function openQueue(url: string, options: QueueOptions = {}): Promise<JobQueue> {
  checkOption("url", url, isText);
  const given = checkedOptionsOnly(options, CHECKS);
  const { onNote = () => undefined, name = "fvm" } = given;
  if (name === "" || name.includes(":")) {
    throw new FvmError("INVALID_OPTION", { option: "name", reason: "it is empty or has a colon in it" });
  }
  withoutCredentials(url);
  const bullmq = await optionalPackage<Bullmq>("bullmq", PACKAGES, PURPOSE);
  const redis = await connect(url, onNote);
  const lack = await durabilityLack(redis);
  if (lack !== undefined) onNote(`${withoutCredentials(url)}: ${lack}`);
  return new BullmqQueue(bullmq, redis, name, { tries: 5, leaseMs: 30_000, retryMs: 2000, ...given });
}

type Settings = Required<Pick<QueueOptions, "tries" | "leaseMs" | "retryMs">> & Pick<QueueOptions, "onNote">;

/** Data of a job as Redis has it. */
interface Stored {
  readonly key: string;
  /** Values that JSON does not have are in it, too. */
  readonly text: string;
}

class BullmqQueue implements JobQueue {
  readonly #queue: Queue<Stored, string>;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly bullmq: Bullmq,
    private readonly redis: Redis,
    private readonly name: string,
    private readonly settings: Settings,
  ) {
    this.#queue = new bullmq.Queue<Stored, string>(codeVersion(), { connection: redis, prefix: name });
    this.#queue.on("error", () => undefined); // The connection tells.
  }

  async add(jobs: readonly QueuedJob[]): Promise<void> {
    const { tries, retryMs } = this.settings;
    const opts = {
      attempts: tries,
      backoff: { type: "exponential", delay: retryMs },
      removeOnComplete: { age: KEPT_SECONDS },
      removeOnFail: { age: KEPT_SECONDS },
    };
    await this.#queue.addBulk(
      jobs.map(({ key, title, data }) => ({
        name: title,
        data: { key, text: stringify(data) },
        opts: { ...opts, jobId: key },
      })),
    );
  }

  async ended(keys: readonly string[]): Promise<ReadonlyMap<string, JobEnd>> {
    if (keys.length === 0) return new Map();
    const [completed, failed] = await Promise.all([
      this.#within("completed", keys),
      this.#within("failed", keys),
    ]);
    const found = new Map<string, JobEnd>();
    for (const key of [...completed, ...failed]) {
      const job = await this.#queue.getJob(key);
      if (job !== undefined) found.set(key, endOf(job));
    }
    return found;
  }

  keys(): Promise<readonly string[]> {
    return this.#queue.getRanges([...STATES], 0, -1);
  }

  async forget(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#queue.remove(key)));
  }

  async share(name: string, data: Uint8Array): Promise<void> {
    const key = this.#key("index", name);
    const isThere = await this.redis.expire(key, KEPT_SECONDS);
    if (isThere === 0) await this.redis.set(key, Buffer.from(data), "EX", KEPT_SECONDS);
  }

  async shared(name: string): Promise<Uint8Array | undefined> {
    return (await this.redis.getBuffer(this.#key("index", name))) ?? undefined;
  }

  async work({ slots, perform, signal }: WorkOptions): Promise<void> {
    const { leaseMs } = this.settings;
    const worker = new this.bullmq.Worker<Stored, string>(
      this.#queue.name,
      (job, token) => this.#perform(job, token, perform, signal),
      {
        connection: this.redis,
        prefix: this.name,
        concurrency: slots,
        lockDuration: leaseMs,
        stalledInterval: leaseMs,
        maxStalledCount: ANY_NUMBER,
      },
    );
    // A job that is lost to somebody else, or a connection that is lost: neither is the end.
    worker.on("error", () => undefined);
    await new Promise<void>((resolve) => void onAbort(signal, resolve));
    await worker.close();
  }

  async announce(member: QueueMember): Promise<void> {
    const text = JSON.stringify(member);
    await this.redis
      .multi()
      .set(this.#key("member", member.name), text, "PX", MEMBER_MS)
      .sadd(this.#key("members"), member.name)
      .exec();
  }

  async members(): Promise<readonly QueueMember[]> {
    const names = await this.redis.smembers(this.#key("members"));
    if (names.length === 0) return [];
    const texts = await this.redis.mget(names.map((name) => this.#key("member", name)));
    const gone = names.filter((_, i) => texts[i] === null);
    if (gone.length > 0) await this.redis.srem(this.#key("members"), gone);
    return texts.flatMap((text) => (typeof text === "string" ? [JSON.parse(text) as QueueMember] : []));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const goodbye = new Promise<void>((resolve) => void setTimeout(resolve, GOODBYE_MS).unref());
    await Promise.race([this.#queue.close().catch(() => undefined), goodbye]);
    this.redis.disconnect();
  }

  async #perform(
    job: Job<Stored, string>,
    token: string | undefined,
    perform: WorkOptions["perform"],
    signal: AbortSignal,
  ): Promise<string> {
    const { stalledCounter, attemptsMade, opts } = job;
    if (stalledCounter > 0 && stalledCounter + attemptsMade >= (opts.attempts ?? 1)) {
      const last = job.failedReason ? `; before that: ${job.failedReason}` : "";
      throw new this.bullmq.UnrecoverableError(`its worker ended ${stalledCounter} times${last}`);
    }
    try {
      return stringify(await perform(parse(job.data.text), signal));
    } catch (error) {
      if (!signal.aborted) throw new Error(messageWithCauses(error), { cause: error });
      await job.moveToWait(token);
      throw new this.bullmq.WaitingError();
    }
  }

  async #within(state: "completed" | "failed", keys: readonly string[]): Promise<string[]> {
    const scores = await this.redis.zmscore(this.#queue.toKey(state), ...keys);
    return keys.filter((_, i) => scores[i] !== null);
  }

  #key(...parts: readonly string[]): string {
    return [this.name, ...parts].join(":");
  }
}

function endOf(job: Job<Stored, string>): JobEnd {
  const { failedReason, attemptsMade, stalledCounter } = job;
  // A job keeps the reason of an attempt after which another one has succeeded.
  if (job.returnvalue !== null && job.returnvalue !== undefined) {
    return { kind: "done", value: parse(job.returnvalue) };
  }
  return { kind: "failed", reason: failedReason ?? "no reason", tries: attemptsMade + stalledCounter };
}
