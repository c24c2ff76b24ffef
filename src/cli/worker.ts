import type { WorkerTotals } from "../queue/work.js";
import { messageWithCauses } from "../util/kind-of.js";
import { defineCommand } from "./command.js";
import { countValue } from "./input/values.js";
import { untilInterruptedOrStopped } from "./interrupt.js";
import { count, duration } from "./progress-line.js";
import { queueOptions, queueUrl } from "./queue/options.js";
import type { WorkerMetrics } from "./queue/worker-metrics.js";
import { UsageError } from "./usage-error.js";

const NAME = "worker";

export const worker = defineCommand({
  name: NAME,
  parameters: [],
  summary: "Execute ranges of a chain that `fvm chain validate --queue` asks for.",
  details:
    "Takes ranges from the queue until Ctrl-C or SIGTERM, which give those at hand back. Any number of workers on any\n" +
    "machines may be at a queue. Each range is executed on a thread of its own, with blocks of the stores, which are asked\n" +
    "in their order: the folder of a chain, a folder of blocks, a CAR file, the URL of a gateway, or a bucket,\n" +
    "s3://BUCKET/PREFIX?region=REGION&endpoint=https://HOST. A folder of blocks that comes first is made if there is none,\n" +
    "and keeps what the others give.\n" +
    "\n" +
    "Proofs of storage are taken for valid. A range that lacks a block is reported as such. What fails is tried again, by\n" +
    "whichever worker takes it; what a worker that ends has had at hand, others do.",
  options: {
    ...queueOptions,
    store: { type: "list", value: "PLACE", help: "Where blocks are. Needed; may be repeated." },
    jobs: {
      type: "count",
      value: "N",
      fallback: 1,
      help: "Ranges at the same time, a core for each. Default: 1.",
    },
    lease: {
      type: "count",
      value: "SECONDS",
      fallback: 30,
      help: "Time after which others take what a worker has had that says nothing any more. Default: 30.",
    },
    module: {
      type: "list",
      value: "NAME=FILE",
      help: "A module for `mapTipsets`, which asks for it by name; may be repeated.",
    },
    metrics: {
      type: "text",
      value: "PORT",
      help: "Serve metrics for Prometheus at /metrics; needs the package prom-client. 0: a port that is free.",
    },
    host: { type: "text", value: "ADDRESS", help: "Address for --metrics to listen on. Default: 127.0.0.1." },
    "no-prefetch": { type: "flag", help: "Fetch nothing ahead from stores with latency." },
  },
  examples: [
    "fvm worker --queue redis://queue.example:6379 --store chain",
    "fvm worker --queue redis://queue.example:6379 --store blocks --store https://gateway.example --jobs 8",
  ],
  async run(values, _args, output) {
    const { queue: url, store: stores, jobs, tries, lease } = values;
    if (url === undefined) throw new UsageError("--queue URL is missing", NAME);
    if (stores.length === 0) throw new UsageError("--store PLACE is missing", NAME);
    const modules = Object.fromEntries(values.module.map(moduleOf));
    const { openQueue } = await import("../queue/bullmq/bullmq-queue.js");
    const { runWorker } = await import("../queue/work.js");
    const name = values["queue-name"];
    const queue = await openQueue(queueUrl(url, NAME), {
      tries,
      leaseMs: lease * 1000,
      onNote: (text) => output.note(`fvm: ${text}`),
      ...(name !== undefined && { name }),
    });
    const metrics = await metricsOf(values.metrics, values.host).catch(async (error) => {
      await queue.close();
      throw error;
    });
    if (metrics !== undefined) output.note(`metrics at ${metrics.url}`);
    try {
      await untilInterruptedOrStopped((signal) =>
        runWorker(queue, {
          stores,
          slots: jobs,
          prefetch: !values["no-prefetch"],
          modules,
          signal,
          onTotals(totals) {
            metrics?.update(totals);
            output.progress(totalsText(totals));
          },
          onFailure({ range }, error) {
            output.note(`fvm: epochs ${range.from} to ${range.to} failed: ${messageWithCauses(error)}`);
          },
        }),
      );
      return 0;
    } finally {
      await metrics?.close();
      await queue.close();
    }
  },
});

function totalsText({ ranges, tipsets, messages, busyMs }: Readonly<WorkerTotals>): string {
  const done = `${count(ranges)} ranges, ${count(tipsets)} tipsets, ${count(messages)} messages`;
  return `${done}, busy for ${duration(busyMs / 1000)}`;
}

/** Undefined: nobody asks for them. Throws `UsageError`, and as `serveWorkerMetrics`. */
async function metricsOf(port: string | undefined, host = "127.0.0.1"): Promise<WorkerMetrics | undefined> {
  if (port === undefined) return undefined;
  const { serveWorkerMetrics } = await import("./queue/worker-metrics.js");
  return serveWorkerMetrics(countValue("metrics", port, NAME), host);
}

/** Throws `UsageError`. */
function moduleOf(text: string): [name: string, file: string] {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || file === undefined)
    throw new UsageError(`--module is ${text}, not NAME=FILE`, NAME);
  return [name, file];
}
