/**
 * Chains validated, or gone through with a function, by workers on any number of machines, over a queue.
 *
 * @module fvm-node/queue
 */
export { openQueue, type QueueOptions } from "./bullmq/bullmq-queue.js";
export { codeVersion } from "./code-version.js";
export type { MappedTipset, RangeJob, RangeOutcome, RangeResult, RangeTotals, RangeWork } from "./job.js";
export type { JobEnd, JobQueue, QueuedJob, QueueMember, WorkOptions } from "./job-queue.js";
export { type MapTipsetsOptions, mapTipsets } from "./map-tipsets.js";
export { MemoryQueue, type MemoryQueueOptions } from "./memory-queue.js";
export type { QueueProgress, RangeEnd, SpreadOptions } from "./spread.js";
export type { ExecutedTipset, TipsetModule } from "./tipset-mapper.js";
export { type ValidateQueuedOptions, validateQueued } from "./validate-queued.js";
export { runWorker, type WorkerOptions, type WorkerTotals } from "./work.js";
