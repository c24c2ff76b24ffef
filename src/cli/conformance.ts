import { defineCommand } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { countValue } from "./input/values.js";
import { jsonText } from "./json.js";
import { UsageError } from "./usage-error.js";

/** Said when a warm-up is over. */
export const WARMED_UP = "warmed up";

export const conformance = defineCommand({
  name: "conformance",
  parameters: ["[FILE|DIR...]"],
  summary: "Run test vectors and compare receipts, fees, events and state.",
  details:
    "Vectors are files of the public schema (filecoin-project/fvm-test-vectors), .json or .json.gz, of the\n" +
    "classes message and tipset. Without a name, those of FVM_VECTORS, of the folder vectors here, or of\n" +
    "vectors in the user's cache. Exit code 1 if any failed, 2 on bad input, which is also if none ran.",
  options: {
    bundles: {
      type: "text",
      value: "DIR",
      help: "Where builtin actors are. Then FVM_BUNDLES and the user's cache are searched.",
    },
    proofs: {
      type: "choice",
      choices: ["accept", "reject"],
      help: "Verdict on proofs. Default: accept in vectors that name no bundle, reject in those that do.",
    },
    repeat: { type: "count", value: "N", fallback: 1, help: "Execute each vector N times, for the times." },
    "warm-up": {
      type: "count",
      value: "SECONDS",
      fallback: 0,
      help: "Execute vectors for so long before those that count, for the times. Not with --jobs.",
    },
    jobs: {
      type: "count",
      value: "N",
      fallback: 1,
      help: "Run in N threads. Times are longer if there are fewer cores.",
    },
    workers: {
      type: "count",
      value: "N",
      fallback: 0,
      least: 0,
      help: "Execute messages of tipsets in N more threads, which changes no result. Default: 0.",
    },
    "schedule-seed": {
      type: "text",
      value: "N",
      help: "Make trouble for these threads, drawn from the number: delays, conflicts, lost work.",
    },
    filter: { type: "text", value: "TEXT", help: "Only vectors whose file or id contains it." },
    json: { type: "flag", help: "Answer with one JSON object." },
  },
  examples: [
    "fvm conformance vectors",
    "fvm conformance vectors/hygge --filter multisig --repeat 20",
    "fvm conformance vectors --jobs 8 --json > report.json",
    "fvm conformance vectors --workers 4 --schedule-seed 7",
  ],
  async run(
    { bundles, proofs, repeat, "warm-up": warmUpSeconds, jobs, workers, "schedule-seed": seed, filter, json },
    paths,
    output,
  ) {
    if (seed !== undefined && workers === 0) {
      throw new UsageError("--schedule-seed goes with --workers", "conformance");
    }
    if (warmUpSeconds > 0 && jobs > 1) throw new UsageError("--warm-up goes without --jobs", "conformance");
    const { runVectors } = await import("../tools/vectors/run-vectors.js");
    const { defaultVectorFolder } = await import("../tools/vectors/files.js");
    const { reportOf } = await import("../tools/vectors/report.js");
    const { describeReport, summary } = await import("./conformance-text.js");
    const start = process.hrtime.bigint();
    const reports = await runVectors(paths.length > 0 ? paths : [defaultVectorFolder() ?? "vectors"], {
      ...(bundles === undefined ? {} : { bundles }),
      ...(proofs === undefined ? {} : { proofs }),
      ...(filter === undefined ? {} : { filter }),
      repeat,
      warmUpSeconds,
      jobs,
      workers,
      scheduleSeed: seed === undefined ? undefined : countValue("schedule-seed", seed, "conformance"),
      onWarm: () => output.note(WARMED_UP),
      onReport(report, filesDone, total) {
        if (report.status === "failed") output.note(describeReport(report).join("\n"));
        output.progress(`${filesDone + 1} of ${total}: ${report.id}`);
      },
    });
    const report = reportOf(reports, Number(process.hrtime.bigint() - start));
    for (const line of summary(reports)) output.note(line);
    if (json) output.answer(jsonText(report));
    else output.answer(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
    if (reports.some(({ status }) => status === "unreadable") || report.passed + report.failed === 0) {
      return ExitStatus.BadInput;
    }
    return report.failed > 0 ? ExitStatus.Failed : 0;
  },
});
