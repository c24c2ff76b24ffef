/** Measures what metrics and spans cost: the same transfers with them and without, by turns. */
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import * as client from "prom-client";
import { collectMetrics, traceSpans, type Watching } from "#src/metrics/index.js";
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import { transferNetwork } from "./metrics/transfers.js";
import { countOption, readOptions, runProgram } from "./program.js";
import { spreadOf } from "./statistics.js";
import { table } from "./text-table.js";

const HELP = `npm run bench:metrics -- [--rounds N] [--messages N] [--json]

Executes transfers unwatched, with metrics, with spans and with both, by turns. Time is CPU time of the process; the ratio
is to the unwatched turn of the same round.

  --rounds N    How often each has its turn. Default 15.
  --messages N  Transfers in a turn. Default 20000.
  --json        The results as one JSON object on stdout.`;

const OPTIONS = {
  rounds: { type: "string", default: "15" },
  messages: { type: "string", default: "20000" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const otel = { context, trace, SpanStatusCode };
const tracer = new BasicTracerProvider().getTracer("bench");

/** Ways to watch. */
const WATCHERS: Readonly<Record<string, () => Watching[]>> = {
  nothing: () => [],
  metrics: () => [collectMetrics(client)],
  spans: () => [traceSpans(otel, { tracer })],
  both: () => [collectMetrics(client), traceSpans(otel, { tracer })],
};

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const rounds = countOption("rounds", values.rounds);
  const messages = countOption("messages", values.messages);
  const machine = machineFacts();
  const work = await transferNetwork(messages);
  const names = Object.keys(WATCHERS);
  const turns: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  await work();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const watching = WATCHERS[name]?.() ?? [];
      const begin = process.cpuUsage();
      const executed = await work();
      const { user, system } = process.cpuUsage(begin);
      for (const one of watching) one.stop();
      if (executed !== messages) throw new BenchError(`${executed} of ${messages} messages were executed`);
      turns[name]?.push((user + system) / messages);
    }
  }
  const results = names.map((name) => {
    const own = turns[name] ?? [];
    const ratio = spreadOf(own.map((turn, i) => turn / (turns.nothing?.[i] ?? Number.NaN)));
    return { name, microseconds: spreadOf(own).median, ratio };
  });
  if (values.json) return console.log(JSON.stringify({ machine, results }, null, 2));
  const rows = results.map(({ name, microseconds, ratio }) => [
    name,
    microseconds.toFixed(2),
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`,
  ]);
  const header = ["watched by", "µs for a transfer", "ratio", "rounds"];
  console.log(`${factsText(machine)}\n\n${table([header, ...rows]).join("\n")}`);
}

await runProgram(main);
