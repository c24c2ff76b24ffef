import { digits, type Row, table } from "../text-table.js";
import type { ColdStart } from "./cold-start.js";
import type { MemoryResult } from "./memory.js";
import type { ComparisonResult } from "./result.js";
import type { GroupSummary } from "./summary.js";
import type { WorkersResult } from "./workers.js";

/** The result for people. */
export function resultText(result: ComparisonResult): string {
  const { groups, peer, coldStart, workers, memory, peakRssBytes } = result;
  const header = ["group", "vectors", "fvm-node ms", `${peer} ms`, "times as fast", "of rounds", "best"];
  return [
    ...table([header, ...groups.map(rowOf)]),
    "* with the machines' set-up and flush",
    "",
    ...(coldStart === undefined ? [] : coldStartLines(coldStart)),
    ...(workers === undefined ? [] : [workersLine(workers)]),
    ...(memory === undefined ? [] : [memoryLine(memory)]),
    `peak memory over all these vectors, warm: fvm-node ${mebibytes(peakRssBytes.ours)}, ${peer} ${mebibytes(peakRssBytes.peer)}`,
  ].join("\n");
}

function rowOf({ title, measure, vectors, ours, peer, ratio, bestRatio }: GroupSummary): Row {
  return [
    rowTitle({ title, measure }),
    `${vectors}`,
    digits(ours.median),
    digits(peer.median),
    digits(ratio.median),
    `${digits(ratio.min)} to ${digits(ratio.max)}`,
    digits(bestRatio),
  ];
}

/** A star: by the measure that is not every group's. */
export function rowTitle({ title, measure }: Pick<GroupSummary, "title" | "measure">): string {
  return measure === "run" ? `${title} *` : title;
}

function coldStartLines({ ours, oursFirstEver, peer }: ColdStart): string[] {
  return [
    `process start to first receipt: fvm-node ${digits(ours.median)} ms ` +
      `(first time on a machine ${digits(oursFirstEver.median)} ms), reference ${digits(peer.median)} ms`,
  ];
}

function workersLine({ vectors, repeat, one, two, ratio }: WorkersResult): string {
  return (
    `two workers over ${vectors} vectors, ${repeat} times each: ${digits(ratio.median)} times the throughput of one ` +
    `(rounds ${digits(ratio.min)} to ${digits(ratio.max)}; ${digits(one.median)} and ${digits(two.median)} ms)`
  );
}

function memoryLine({ vectors, ours, peer }: MemoryResult): string {
  const [a, b] = [mebibytes(ours.median), mebibytes(peer.median)];
  return `peak memory over ${vectors} mainnet messages, each once: fvm-node ${a}, reference ${b}`;
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? "unknown" : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
