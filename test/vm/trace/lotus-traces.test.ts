/** Traces that the reference made while it ran vectors, byte for byte, if they are on this machine. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { defaultVectorFolder } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { lotusTraceText } from "../../../src/vm/trace/lotus-trace.js";
import type { Observer } from "../../../src/vm/trace/observation.js";
import { Tracer } from "../../../src/vm/trace/trace.js";

interface ReferenceTrace {
  /** Path of the vector. */
  readonly vector: string;
  readonly traces: readonly unknown[];
  /** Results of the run with actors' debug output, if it had any. */
  readonly debugging?: { readonly state_root: { readonly "/": string } };
}

const root = defaultVectorFolder();
const folder = root === undefined ? undefined : join(root, "traces");

function traceFiles(): readonly (readonly [network: string, files: readonly string[]])[] {
  if (folder === undefined || !existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".trace.json.gz"),
  );
  const networks = [...new Set(files.map((file) => file.split("/")[0] as string))].sort();
  return networks.map((network) => [network, files.filter((file) => file.startsWith(`${network}/`)).sort()]);
}

const networks = traceFiles();
if (networks.length === 0) {
  console.warn("SKIPPED the reference's traces: there is no folder traces beside the vectors");
  test.skip("traces");
}

describe.each(networks)("%s", (_, files) => {
  test.each(files)("%s", { timeout: 300_000 }, async (file) => {
    const text = gunzipSync(readFileSync(join(folder as string, file)))
      .toString()
      .trim();
    const { vector, debugging } = JSON.parse(text) as ReferenceTrace;
    const { observer, traces } = collector();
    const debug = debugging && { debug: {} };
    const [report] = await runVectors([join(root as string, vector)], { repeat: 0, observer, ...debug });
    if (debugging === undefined) {
      expect(report).toMatchObject({ status: "passed", reason: undefined });
    } else {
      // The vector itself was made without debug output, which costs gas.
      const stateRoot = report?.mismatches.find(({ field }) => field === "state root")?.actual;
      if (stateRoot !== undefined) expect(stateRoot).toBe(debugging.state_root["/"]);
    }
    const expected = text.slice(text.indexOf('"traces":') + '"traces":'.length, -1);
    expect(`[${traces.join(",")}]`).toBe(expected);
  });
});

function collector(): { observer: Observer; traces: string[] } {
  const tracer = new Tracer();
  const traces: string[] = [];
  const observer: Observer = (observation) => {
    tracer.observer(observation);
    if (observation.kind === "receipt") traces.push(lotusTraceText(tracer.trace()));
  };
  return { observer, traces };
}
