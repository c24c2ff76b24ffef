/** Spans for OpenTelemetry, made with the package @opentelemetry/api, which the caller has. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Ended, Operation } from "../telemetry/operation.js";
import { type OperationName, operations } from "../telemetry/operations.js";
import { isArray, isFunction, isObject, optional } from "../util/check.js";
import { checkedOptions, checkOption } from "../util/options.js";
import { Stops, type Watching } from "./watching.js";

/** A span of OpenTelemetry, as far as it is used. */
export interface SpanLike {
  /** Adds facts. */
  setAttributes(attributes: Record<string, string | number | boolean>): unknown;
  /** Says how it ended. */
  setStatus(status: { code: number; message?: string }): unknown;
  /** Ends it. */
  end(): void;
}

/** A tracer of OpenTelemetry. */
export interface TracerLike<Context> {
  /** Begins a span in a context. */
  startSpan(
    name: string,
    options: { attributes: Record<string, string | number | boolean> },
    context: Context,
  ): SpanLike;
}

/** Contexts of OpenTelemetry. */
export interface SpanContexts<Context> {
  /** The one that is active. */
  active(): Context;
}

/** Where tracers come from. */
export interface SpansOrigin<Context> {
  /** The tracer of a library. */
  getTracer(name: string): TracerLike<Context>;
  /** The context with a span in it. */
  setSpan(context: Context, span: never): Context;
}

/** The part of @opentelemetry/api that is used: its module fits. */
export interface SpansApi<Context> {
  readonly context: SpanContexts<Context>;
  readonly trace: SpansOrigin<Context>;
  readonly SpanStatusCode: { readonly ERROR: number };
}

/** Options of `traceSpans`. */
export interface SpansOptions<Context> {
  /** Default: the API's tracer `fvm-node`. */
  readonly tracer?: TracerLike<Context>;
  /** Kinds of work. Default: all but `read`, since a message may read hundreds of blocks. */
  readonly operations?: readonly OperationName[];
}

const ALL = Object.keys(operations) as OperationName[];
const USUAL = ALL.filter((name) => name !== "read");

/**
 * Makes a span of each operation of this thread, named `fvm.message` and so on, until it is stopped. Its parent is the
 * operation that it is a part of, else the span that is active.
 *
 * @param api the module @opentelemetry/api
 * @throws FvmError INVALID_OPTION
 */
export function traceSpans<Context>(api: SpansApi<Context>, options: SpansOptions<Context> = {}): Watching {
  checkOption("api.trace.getTracer", api?.trace?.getTracer, isFunction);
  checkOption("api.context.active", api?.context?.active, isFunction);
  const known = checkedOptions(options, { tracer: optional(isObject), operations: optional(isArray) });
  const { tracer = api.trace.getTracer("fvm-node"), operations: names = USUAL } = known;
  const spans = new Spans(api, tracer);
  for (const name of names) {
    checkOption("operations", name, (value) =>
      ALL.includes(value as OperationName) ? undefined : unknown(value),
    );
    spans.watch(operations[name] as Operation<object, object>);
  }
  return spans.stops;
}

function unknown(value: unknown): string {
  return `${String(value)} is not one of ${ALL.join(", ")}`;
}

class Spans<Context> {
  readonly stops = new Stops();
  /** Contexts of operations under way. */
  readonly #inside = new AsyncLocalStorage<Context>();
  readonly #begun = new WeakMap<object, { readonly span: SpanLike; readonly context: Context }>();

  constructor(
    private readonly api: SpansApi<Context>,
    private readonly tracer: TracerLike<Context>,
  ) {}

  watch(operation: Operation<object, object>): void {
    const { begins, ends, name } = operation;
    begins.bindStore(this.#inside, (facts) => this.#begin(name, facts));
    this.stops.add(() => begins.unbindStore(this.#inside));
    this.stops.subscribe(begins, (facts) => {
      if (!this.#begun.has(facts)) this.#begin(name, facts);
    });
    this.stops.subscribe(ends, (ended) => this.#end(ended));
  }

  #begin(name: string, facts: object): Context {
    const owner = "task" in facts ? this.#begun.get(facts.task as object)?.context : undefined;
    const parent = owner ?? this.#inside.getStore() ?? this.api.context.active();
    const span = this.tracer.startSpan(`fvm.${name}`, { attributes: attributesOf(facts) }, parent);
    const context = this.api.trace.setSpan(parent, span as never);
    this.#begun.set(facts, { span, context });
    return context;
  }

  #end({ facts, outcome, error }: Ended<object, object>): void {
    const span = this.#begun.get(facts)?.span;
    // It began before anybody watched.
    if (span === undefined) return;
    if (outcome === undefined)
      span.setStatus({ code: this.api.SpanStatusCode.ERROR, message: String(error) });
    else span.setAttributes(attributesOf(outcome));
    span.end();
  }
}

function attributesOf(facts: object): Record<string, string | number | boolean> {
  const plain = Object.entries(facts).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return Object.fromEntries(plain.map(([name, value]) => [`fvm.${name}`, value]));
}
