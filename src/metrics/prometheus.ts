/** Metrics for Prometheus, made with the package prom-client, which the caller has. */
import { memoryUsage } from "../memory/kept-memory.js";
import type { Ended, Operation } from "../telemetry/operation.js";
import { operations, type TaskFacts } from "../telemetry/operations.js";
import { isFunction, isText, optional } from "../util/check.js";
import { checkedOptions, checkOption } from "../util/options.js";
import { Stops, type Watching } from "./watching.js";

/** Labels of a value. */
export type MetricLabels = Readonly<Record<string, string | number>>;

/** Settings of a metric. */
export interface MetricSettings {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  readonly buckets?: number[];
  /** Registries of the client. */
  readonly registers?: never[];
  /** Called before values are read. */
  readonly collect?: () => void;
}

/** A registry of prom-client. */
export interface MetricRegister {
  /** Forgets a metric. */
  removeSingleMetric(name: string): void;
}

/** A count that only grows. */
export interface CounterLike {
  /** Adds to it. */
  inc(labels: MetricLabels, value: number): void;
}

/** A value at the moment. */
export interface GaugeLike {
  /** Replaces it. */
  set(labels: MetricLabels, value: number): void;
}

/** A distribution. */
export interface HistogramLike {
  /** Adds a value. */
  observe(labels: MetricLabels, value: number): void;
}

/** The part of prom-client that is used: its module fits. */
export interface MetricsClient {
  readonly Counter: new (settings: MetricSettings) => CounterLike;
  readonly Gauge: new (settings: MetricSettings) => GaugeLike;
  readonly Histogram: new (settings: MetricSettings) => HistogramLike;
  readonly register: MetricRegister;
}

/** Options of `collectMetrics`. */
export interface MetricsOptions {
  /** Where the metrics go. Default: the client's own registry. */
  readonly register?: MetricRegister;
  /** Beginning of their names. Default: `fvm_`. */
  readonly prefix?: string;
}

/** Seconds: a transfer takes some ten microseconds, a tipset up to some seconds. */
const BUCKETS = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** Exit codes from here on are chosen by actors, any of 2^32 of them: one label for all. */
const FREE_EXIT_CODES = 64;

/**
 * Counts what this thread does, until it is stopped. What threads of a pool do is counted where the pool is, as tasks and
 * tipsets. docs/metrics.md has the list.
 *
 * @param client the module prom-client
 * @throws FvmError INVALID_OPTION
 */
export function collectMetrics(client: MetricsClient, options: MetricsOptions = {}): Watching {
  for (const name of ["Counter", "Gauge", "Histogram"] as const)
    checkOption(`client.${name}`, client?.[name], isFunction);
  const { register = client.register, prefix = "fvm_" } = checkedOptions(options, {
    register: optional((value) => isFunction((value as Partial<MetricRegister> | null)?.removeSingleMetric)),
    prefix: optional(isText),
  });
  const stops = new Stops();
  const settings = (name: string, help: string, labelNames: readonly string[]) => {
    const full = `${prefix}${name}`;
    stops.add(() => register.removeSingleMetric(full));
    return { name: full, help, labelNames, registers: [register as never] };
  };
  const meters: Meters = {
    counter: (name, help, ...labels) => new client.Counter(settings(name, help, labels)),
    gauge: (name, help, labels, collect) =>
      new client.Gauge({ ...settings(name, help, labels), ...(collect && { collect }) }),
    seconds: (name, help, ...labels) =>
      new client.Histogram({ ...settings(name, help, labels), buckets: BUCKETS }),
    ended: (operation, told) => stops.subscribe(operation.ends, told),
    begun: (operation, told) => stops.subscribe(operation.begins, told),
  };
  for (const measure of [failures, messages, tipsets, stores, pools, calls, memory]) measure(meters);
  return stops;
}

/** Makes metrics, and hears of what they count. */
interface Meters {
  counter(name: string, help: string, ...labels: string[]): CounterLike;
  gauge(name: string, help: string, labels: string[], collect?: () => void): GaugeLike;
  seconds(name: string, help: string, ...labels: string[]): HistogramLike;
  ended<F extends object, O extends object>(
    operation: Operation<F, O>,
    told: (end: Ended<F, O>) => void,
  ): void;
  begun<F extends object, O extends object>(operation: Operation<F, O>, told: (facts: F) => void): void;
}

function failures({ counter, ended }: Meters): void {
  const count = counter("failures_total", "Operations that threw: faults, aborts, misuse.", "operation");
  for (const [operation, kind] of Object.entries(operations)) {
    ended(kind as Operation<object, object>, ({ outcome }) => {
      if (outcome === undefined) count.inc({ operation }, 1);
    });
  }
}

function messages({ counter, seconds, ended }: Meters): void {
  const count = counter("messages_total", "Messages executed in this thread.", "kind", "exit_code");
  const gas = counter("gas_used_total", "Gas that they used.", "kind");
  const time = seconds("message_seconds", "Time of a message.", "kind");
  ended(operations.message, ({ facts: { kind }, milliseconds, outcome }) => {
    if (outcome === undefined) return;
    const { exitCode, gasUsed } = outcome;
    count.inc({ kind, exit_code: exitCode < FREE_EXIT_CODES ? exitCode : "other" }, 1);
    gas.inc({ kind }, gasUsed);
    time.observe({ kind }, milliseconds / 1000);
  });
}

function tipsets({ counter, gauge, seconds, ended }: Meters): void {
  const time = seconds("tipset_seconds", "Time of a tipset with the null rounds before it.", "where");
  const count = counter(
    "tipset_messages_total",
    "Messages of blocks, executed with tipsets.",
    "where",
    "result",
  );
  const gas = counter("tipset_gas_used_total", "Gas that they used.", "where");
  const nulls = counter("null_rounds_total", "Epochs without blocks.", "where");
  const epoch = gauge("epoch", "Epoch of the tipset that was executed last.", ["where"]);
  ended(operations.tipset, ({ facts, milliseconds, outcome }) => {
    if (outcome === undefined) return;
    const where = facts.isElsewhere ? "worker" : "here";
    time.observe({ where }, milliseconds / 1000);
    count.inc({ where, result: "ok" }, outcome.messages - outcome.failed);
    count.inc({ where, result: "failed" }, outcome.failed);
    gas.inc({ where }, outcome.gasUsed);
    nulls.inc({ where }, outcome.nullRounds);
    epoch.set({ where }, facts.epoch);
  });
  const parts = seconds("phase_seconds", "Time of a part of a tipset.", "phase");
  ended(operations.phase, ({ facts: { phase }, milliseconds }) => {
    parts.observe({ phase }, milliseconds / 1000);
  });
  ended(operations.flush, ({ milliseconds }) => parts.observe({ phase: "flush" }, milliseconds / 1000));
}

function stores({ counter, seconds, ended }: Meters): void {
  const read = seconds("store_read_seconds", "Time until a store answered with a block, or without one.");
  const readBytes = counter("store_read_bytes_total", "Bytes of blocks that stores were asked for.");
  ended(operations.read, ({ milliseconds, outcome }) => {
    read.observe({}, milliseconds / 1000);
    readBytes.inc({}, outcome?.bytes ?? 0);
  });
  const write = seconds("store_write_seconds", "Time until a store had taken blocks.");
  const blocks = counter("store_written_blocks_total", "Blocks that stores were given.");
  const bytes = counter("store_written_bytes_total", "Their bytes.");
  ended(operations.write, ({ facts, milliseconds, outcome }) => {
    write.observe({}, milliseconds / 1000);
    if (outcome === undefined) return;
    blocks.inc({}, facts.blocks);
    bytes.inc({}, facts.bytes);
  });
}

function pools({ gauge, seconds, begun, ended }: Meters): void {
  const waiting = new Map<TaskFacts, number>();
  const working = new Set<TaskFacts>();
  const names = new Set<string>();
  const counted = (tasks: Iterable<TaskFacts>, pool: string) =>
    Array.from(tasks).filter((task) => task.pool === pool).length;
  const waits = gauge("pool_waiting", "Tasks that wait for a thread.", ["pool"], () => {
    for (const pool of names) waits.set({ pool }, counted(waiting.keys(), pool));
  });
  const works = gauge("pool_working", "Tasks that threads are at.", ["pool"], () => {
    for (const pool of names) works.set({ pool }, counted(working, pool));
  });
  const wait = seconds("task_wait_seconds", "Time that a task waited for a thread.", "pool");
  const time = seconds("task_seconds", "Time that a thread was at a task.", "pool", "thread");
  begun(operations.task, (task) => {
    names.add(task.pool);
    waiting.set(task, performance.now());
  });
  begun(operations.work, ({ task }) => {
    const since = waiting.get(task);
    // It has waited since before anybody counted.
    if (since === undefined) return;
    waiting.delete(task);
    working.add(task);
    wait.observe({ pool: task.pool }, (performance.now() - since) / 1000);
  });
  ended(operations.work, ({ facts: { task, thread }, milliseconds }) => {
    working.delete(task);
    time.observe({ pool: task.pool, thread }, milliseconds / 1000);
  });
  ended(operations.task, ({ facts }) => waiting.delete(facts));
}

function calls({ seconds, ended }: Meters): void {
  const time = seconds("rpc_seconds", "Time of a call of the node's JSON-RPC.", "method");
  ended(operations.call, ({ facts: { method }, milliseconds }) => {
    time.observe({ method }, milliseconds / 1000);
  });
}

function memory({ gauge }: Meters): void {
  const bytes = gauge("kept_bytes", "Memory that is kept for later: docs/memory.md.", ["name"], () => {
    for (const kept of memoryUsage().kept) bytes.set({ name: kept.name }, kept.bytes);
  });
  const bound = gauge("kept_max_bytes", "Its bounds, as far as there are some.", ["name"], () => {
    for (const { name, maxBytes } of memoryUsage().kept)
      if (maxBytes !== undefined) bound.set({ name }, maxBytes);
  });
}
