import { defineCommand } from "./command.js";
import { ExitStatus } from "./exit-status.js";

export const trace = defineCommand({
  name: "trace",
  parameters: ["VECTOR..."],
  summary: "Show what the messages of test vectors do, call by call.",
  details:
    "Vectors are files of the public schema (filecoin-project/fvm-test-vectors), or folders of them. Each call\n" +
    "is a line: caller, receiver, method, value, gas with that of its own calls, end. With --lotus each vector\n" +
    "is a line of JSON: its traces as Lotus has them (ExecutionTrace), times zero.",
  options: {
    bundles: {
      type: "text",
      value: "DIR",
      help: "Where builtin actors are. Then FVM_BUNDLES and the user's cache are searched.",
    },
    filter: { type: "text", value: "TEXT", help: "Only vectors whose file or id contains it." },
    lotus: { type: "flag", help: "Answer with Lotus's traces, a JSON object for each vector." },
    "actor-debugging": {
      type: "flag",
      help: "Let actors write debug output, which changes their gas, and so perhaps all that follows.",
    },
  },
  examples: ["fvm trace vectors/hygge --filter multisig", "fvm trace vector.json --lotus > trace.json"],
  async run({ bundles, filter, lotus, "actor-debugging": debugging }, paths, output) {
    const { runVectors } = await import("../tools/vectors/run-vectors.js");
    const { lotusTraceText } = await import("../vm/trace/lotus-trace.js");
    const { Tracer } = await import("../vm/trace/trace.js");
    const { traceLines } = await import("./trace-text.js");
    const tracer = new Tracer();
    let done: ReturnType<typeof tracer.trace>[] = [];
    const reports = await runVectors(paths, {
      ...(bundles === undefined ? {} : { bundles }),
      ...(filter === undefined ? {} : { filter }),
      ...(debugging ? { debug: {} } : {}),
      repeat: 0,
      observer(observation) {
        tracer.observer(observation);
        if (observation.kind === "receipt") done.push(tracer.trace());
      },
      onReport({ file, id, status, reason }, filesDone, total) {
        const traces = done;
        done = [];
        // With debug output results differ from the vector's, as they should.
        const isWrong = status === "failed" && !(debugging && traces.length > 0);
        if (isWrong || status === "skipped" || status === "unreadable") {
          output.note(`${status}: ${id}: ${reason}`);
        }
        if (lotus)
          output.answer(`{"vector":${JSON.stringify(file)},"traces":[${traces.map(lotusTraceText)}]}`);
        else output.answer([id, ...traces.flatMap(traceLines)].join("\n"));
        output.progress(`${filesDone + 1} of ${total}: ${id}`);
      },
    });
    if (reports.length === 0 || reports.every(({ status }) => status !== "passed" && status !== "failed")) {
      return ExitStatus.BadInput;
    }
    return reports.some(({ status }) => status === "failed") && !debugging ? ExitStatus.Failed : 0;
  },
});
