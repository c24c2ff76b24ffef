import { defineCommand } from "./command.js";
import { MESSAGE_HELP, messageOptions, stateOptions, storeOptions } from "./input/options.js";
import { UsageError } from "./usage-error.js";

export const trace = defineCommand({
  name: "trace",
  parameters: ["[VECTOR...]"],
  summary: "Show what messages do, call by call: those of test vectors, or of yours on a state.",
  details:
    "Vectors are files of the public schema (filecoin-project/fvm-test-vectors), or folders of them. Each call\n" +
    "is a line: caller, receiver, method, value, gas with that of its own calls, end. With --params lines below it\n" +
    "say what it was given, emitted and returned. With --lotus each vector\n" +
    "is a line of JSON: its traces as Lotus has them (ExecutionTrace), times zero. With --html\n" +
    "everything goes into one HTML file: calls, gas as a flame graph, state, events, with search.\n\n" +
    MESSAGE_HELP,
  options: {
    filter: { type: "text", value: "TEXT", help: "Only vectors whose file or id contains it." },
    ...stateOptions,
    ...messageOptions,
    ...storeOptions,
    params: { type: "flag", help: "Also show what each call is given, emits and returns, decoded." },
    lotus: { type: "flag", help: "Answer with Lotus's traces, a JSON object for each vector." },
    html: { type: "text", value: "FILE", help: "Write a page to look at in a browser." },
    "actor-debugging": {
      type: "flag",
      help: "Let actors write debug output, which changes their gas, and so perhaps all that follows.",
    },
  },
  examples: [
    "fvm trace vectors/hygge --filter multisig --params",
    "fvm trace vector.json --lotus > trace.json",
    "fvm trace vector.json --html trace.html",
    "fvm trace --state bafy2bza... --store state.car --network 28 --epoch 5000000 --message @message.json",
  ],
  async run({ params, lotus, html, "actor-debugging": debugging, ...values }, vectors, output) {
    if (html !== undefined) {
      if (lotus) throw new UsageError("--html goes without --lotus", "trace");
      const { writeTracePage } = await import("./trace-page.js");
      return writeTracePage({ ...values, html, debugging }, vectors, output);
    }
    const { runInput } = await import("./input/run.js");
    const { lotusTraceText } = await import("../vm/trace/lotus-trace.js");
    const { Tracer } = await import("../vm/trace/trace.js");
    const { traceLines } = await import("./trace-text.js");
    const tracer = new Tracer();
    let done: ReturnType<typeof tracer.trace>[] = [];
    const watcher = {
      ...(debugging ? { debug: {} } : {}),
      observer: tracer.observer,
      onResult: () => void done.push(tracer.trace()),
      onEnd({ name, source }: { readonly name: string; readonly source: string }) {
        const traces = done;
        done = [];
        if (lotus)
          output.answer(`{"vector":${JSON.stringify(source)},"traces":[${traces.map(lotusTraceText)}]}`);
        else
          output.answer([name, ...traces.flatMap((trace, i) => traceLines(trace, i, { params }))].join("\n"));
      },
    };
    return runInput(values, vectors, watcher, output, "trace");
  },
});
