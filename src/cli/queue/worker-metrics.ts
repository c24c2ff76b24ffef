/** Metrics of `fvm worker` for Prometheus, made with the package prom-client. */
import { once } from "node:events";
import { createServer } from "node:http";
import { FvmError } from "../../errors.js";
import type { WorkerTotals } from "../../queue/work.js";
import { messageOf } from "../../util/kind-of.js";
import { optionalPackage } from "../../util/optional-package.js";

/** Counters of a worker, by metric: its help, and its value. */
const COUNTERS = {
  fvm_worker_ranges_total: ["Ranges that are done.", ({ ranges }) => ranges],
  fvm_worker_failures_total: ["Times that a range has failed.", ({ failures }) => failures],
  fvm_worker_missing_total: ["Ranges for which a block was missing.", ({ missing }) => missing],
  fvm_worker_differences_total: ["Ranges with a difference.", ({ differences }) => differences],
  fvm_worker_tipsets_total: ["Tipsets of these ranges.", ({ tipsets }) => tipsets],
  fvm_worker_messages_total: ["Messages of these ranges that have receipts.", ({ messages }) => messages],
  fvm_worker_gas_total: ["Gas of their receipts.", ({ gas }) => Number(gas)],
  fvm_worker_busy_seconds_total: ["Time in which ranges were at work.", ({ busyMs }) => busyMs / 1000],
  fvm_worker_active_ranges: ["Ranges at work now.", ({ active }) => active],
} as const satisfies Record<string, readonly [help: string, value: (totals: WorkerTotals) => number]>;

/** A server of metrics. */
export interface WorkerMetrics {
  readonly url: string;
  update(totals: Readonly<WorkerTotals>): void;
  close(): Promise<void>;
}

type PromClient = typeof import("prom-client");

/** Throws `FvmError` PACKAGE_MISSING, LISTEN_FAILED. */
export async function serveWorkerMetrics(port: number, host: string): Promise<WorkerMetrics> {
  const { Gauge, Registry } = await optionalPackage<PromClient>(
    "prom-client",
    "prom-client",
    "metrics of a worker",
  );
  const register = new Registry();
  let totals: Readonly<WorkerTotals> | undefined;
  for (const [name, [help, value]] of Object.entries(COUNTERS)) {
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(totals === undefined ? 0 : value(totals));
      },
    });
  }
  const server = createServer(async ({ url }, response) => {
    if (url !== "/metrics") response.writeHead(404).end();
    else response.writeHead(200, { "content-type": register.contentType }).end(await register.metrics());
  });
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new FvmError("LISTEN_FAILED", { host, port, reason: messageOf(cause) }, { cause });
  }
  const { port: open } = server.address() as { port: number };
  return {
    url: `http://${host}:${open}/metrics`,
    update(now) {
      totals = now;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
