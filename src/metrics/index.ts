/**
 * Metrics for Prometheus, spans for OpenTelemetry. Nothing is gathered until somebody asks, in each thread for itself.
 * The clients are the caller's own: `collectMetrics` takes the module prom-client, `traceSpans` the module
 * @opentelemetry/api.
 *
 * @module fvm-node/metrics
 */

export type { OperationName } from "../telemetry/operations.js";
export {
  type CounterLike,
  collectMetrics,
  type GaugeLike,
  type HistogramLike,
  type MetricLabels,
  type MetricRegister,
  type MetricSettings,
  type MetricsClient,
  type MetricsOptions,
} from "./prometheus.js";
export {
  type SpanContexts,
  type SpanLike,
  type SpansApi,
  type SpansOptions,
  type SpansOrigin,
  type TracerLike,
  traceSpans,
} from "./spans.js";
export type { Watching } from "./watching.js";
