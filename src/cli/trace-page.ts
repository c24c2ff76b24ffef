import { writeFileSync } from "node:fs";
import { Page } from "../inspect/page/page.js";
import type { ApplyResult } from "../vm/executor/apply-result.js";
import { Tracer } from "../vm/trace/trace.js";
import type { Output } from "./command.js";
import { type RunValues, runInput } from "./input/run.js";
import { checkOutputFile } from "./output-file.js";

interface PageValues extends RunValues {
  /** The file to write. */
  readonly html: string;
  readonly debugging: boolean;
}

/** Writes a page of all messages. Answers the exit code; throws as `runInput`, `UsageError` if it cannot write. */
export async function writeTracePage(
  { html, debugging, ...values }: PageValues,
  vectors: readonly string[],
  output: Output,
): Promise<number> {
  checkOutputFile("html", html, "trace");
  const page = new Page(vectors.length === 1 ? (vectors[0] as string) : "fvm trace");
  const tracer = new Tracer();
  let count = 0;
  const watcher = {
    ...(debugging ? { debug: {} } : {}),
    observer: tracer.observer,
    onResult(result: ApplyResult) {
      page.add({ trace: tracer.trace(), result });
      count++;
    },
  };
  const status = await runInput(values, vectors, watcher, output, "trace");
  if (count === 0) return status;
  writeFileSync(html, page.html());
  output.note(`${html}: ${count} message${count === 1 ? "" : "s"}`);
  return status;
}
