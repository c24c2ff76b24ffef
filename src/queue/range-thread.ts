/** A thread of a worker: it has the stores open itself, and does one range at a time. */
import { type Server, serve } from "../threads/serve.js";
import type { RangeJob } from "./job.js";
import { openStores } from "./open-stores.js";
import { performRange } from "./perform-range.js";

/** Data that a thread begins with. */
export interface RangeThreadData {
  readonly stores: readonly string[];
  readonly prefetch: boolean;
  readonly modules: Readonly<Record<string, string>>;
}

/** A job with the parts of the index that it names. */
export interface RangeTask {
  readonly job: RangeJob;
  readonly chunks: readonly Uint8Array[];
}

serve<RangeThreadData, RangeTask>(async ({ stores, ...tools }): Promise<Server<RangeTask>> => {
  const { store, last, close } = await openStores(stores);
  return { perform: ({ job, chunks }) => performRange(job, chunks, { store, last, ...tools }), close };
});
